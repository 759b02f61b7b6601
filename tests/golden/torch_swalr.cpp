#include "families.h"
#include "onecycle/schedule/catalogue.h"
#include "onecycle/schedule/compose.h"
#include "onecycle/schedule/policy/swa.h"
#include "torch_parts.h"

namespace onecycle::golden {
namespace {

Schedule swa(const json& params, double peak) {
  const std::string name = params.value("anneal_strategy", "cos");
  if (name != "cos" && name != "linear") {
    return find_policy("swa").make({{"shape", name}});  // refuses
  }
  const double length = number_or(params, "anneal_epochs", 10.0);
  return Swa{.end = number(params.at("swa_lr")) / peak,
             .anneal = Length::iterations(length),
             .shape = name == "cos" ? SwaShape::cosine : SwaShape::linear};
}

void check(const Case& c) {
  expect_schedule(c, [&](double peak) -> Schedule {
    if (!has(c.params, "first_scheduler")) {
      return swa(c.params, peak);
    }
    const json& first = c.params.at("first_scheduler");
    return sequence({{torch_schedule(first.at("type").get<std::string>(), first, peak),
                      Length::iterations(number(c.params.at("swa_start")))},
                     {swa(c.params, peak)}});
  });
}

}  // namespace

Kinds torch_swalr() { return {{"alone", check}, {"after_scheduler", check}, {"error", check}}; }

}  // namespace onecycle::golden
