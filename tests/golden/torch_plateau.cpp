#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "families.h"
#include "onecycle/schedule/plateau.h"
#include "onecycle/schedule/plateaus.h"

namespace onecycle::golden {
namespace {

std::string text_or(const json& params, const char* name, const char* fallback) {
  return has(params, name) ? params.at(name).get<std::string>() : fallback;
}

std::int64_t count_or(const json& params, const char* name, std::int64_t fallback) {
  return static_cast<std::int64_t>(number_or(params, name, static_cast<double>(fallback)));
}

MinRates min_lr_of(const json& params) {
  if (!has(params, "min_lr")) {
    return {};
  }
  const json& min_lr = params.at("min_lr");
  return min_lr.is_array() ? MinRates::list(numbers(min_lr)) : MinRates(number(min_lr));
}

ReduceOnPlateau make(const Case& c) {
  const json& p = c.params;
  // By name, so that the library refuses names that neither it nor the peer knows.
  auto options = std::get<ReduceOnPlateauOptions>(
      find_plateau("reduce_on_plateau")
          .make({{"mode", text_or(p, "mode", "min")},
                 {"threshold_mode", text_or(p, "threshold_mode", "rel")}}));
  options.factor = number_or(p, "factor", options.factor);
  options.patience = count_or(p, "patience", options.patience);
  options.threshold = number_or(p, "threshold", options.threshold);
  options.cooldown = count_or(p, "cooldown", options.cooldown);
  options.eps = number_or(p, "eps", options.eps);
  options.min_lr = min_lr_of(p);
  return {std::move(options), listed(p.at("initial_lr"))};
}

void trace(const Case& c) {
  ReduceOnPlateau plateau = make(c);
  const std::vector<double> metric = numbers(c.params.at("metric"));
  const auto rates_at = [&](std::size_t t) {
    const std::vector<double> rates = plateau.rates();
    plateau.report(metric.at(t));
    return rates;
  };
  expect(c.expected.at("lr").size() == metric.size(), "a rate for each report");
  expect_trace("lr", c.expected.at("lr"), rates_at, Tolerance::of(c));
  if (has(c.expected, "lr_after")) {
    expect_list("lr_after", c.expected.at("lr_after"), plateau.rates(), Tolerance::of(c));
  }
}

void error(const Case& c) {
  expect(refuses([&] { (void)make(c); }), "a refusal");
}

}  // namespace

Kinds torch_plateau() {
  return {{"min_rel", trace},
          {"min_abs", trace},
          {"max_rel", trace},
          {"max_abs", trace},
          {"error", error}};
}

}  // namespace onecycle::golden
