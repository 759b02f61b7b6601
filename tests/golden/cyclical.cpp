#include "cyclical.h"

#include <cmath>
#include <map>
#include <numbers>

#include "onecycle/schedule/catalogue.h"

namespace onecycle::golden {
namespace {

CyclicalMode mode_of(const json& params) {
  const std::string name = params.value("mode", "triangular");
  const auto mode = detail::parse_value<CyclicalMode>(name);
  if (!mode) {
    (void)find_policy("cyclical").make({{"mode", name}});  // refuses
  }
  return mode.value();
}

}  // namespace

std::optional<std::function<double(double)>> scale_function(const json& params) {
  if (!has(params, "scale_fn")) {
    return std::nullopt;
  }
  static const std::map<std::string, std::function<double(double)>> kFunctions = {
      {"0.5*(1+sin(pi*x/2))",
       [](double x) { return 0.5 * (1.0 + std::sin(x * std::numbers::pi / 2.0)); }},
      {"1/x", [](double x) { return 1.0 / x; }},
      {"1/(5^(x*0.0001))", [](double x) { return 1.0 / std::pow(5.0, x * 0.0001); }},
      {"1/(2^(x-1))", [](double x) { return std::exp2(1.0 - x); }},
      {"1", [](double) { return 1.0; }}};
  const auto name = params.at("scale_fn").get<std::string>();
  const auto known = kFunctions.find(name);
  if (known == kFunctions.end()) {
    throw Mismatch(cat("unknown scale function ", name));
  }
  return known->second;
}

Schedule cyclical_of(const json& params, double base_lr, double max_lr, double up, double down,
                     Cyclical policy) {
  policy.base = base_lr / max_lr;
  policy.step_up = Length::iterations(up);
  policy.step_down = Length::iterations(down);
  if (const auto scale = scale_function(params)) {
    const bool by_cycle = params.value("scale_mode", "cycle") == "cycle";
    return cyclical(policy, *scale, by_cycle ? ScaleBy::cycle : ScaleBy::iteration);
  }
  policy.mode = mode_of(params);
  policy.gamma = number_or(params, "gamma", 1.0);
  return policy;
}

}  // namespace onecycle::golden
