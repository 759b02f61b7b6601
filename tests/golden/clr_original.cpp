#include "cyclical.h"
#include "families.h"
#include "onecycle/schedule/compose.h"
#include "onecycle/schedule/policy/anneal.h"

namespace onecycle::golden {
namespace {

constexpr std::int64_t kLongRun = 1'000'000;

/// One stretch between resets.
struct Stretch {
  Schedule schedule;
  double peak;
};

Stretch stretch_of(const json& params, double base, double peak, double step) {
  return {cyclical_of(params, base, peak, step, step, {.cycle_momentum = false}), peak};
}

Stretch before_reset(const json& p) {
  return stretch_of(p, number(p.at("base_lr")), number(p.at("max_lr")), number(p.at("step_size")));
}

/// A reset begins the cycles anew at its batch, which still runs with the old rate.
void keras(const Case& c) {
  const json& p = c.params;
  const Stretch first = before_reset(p);
  const bool resets = has(p, "reset");
  const json reset = resets ? p.at("reset") : json::object();
  const auto at = static_cast<std::int64_t>(number_or(reset, "at_batch", 1e9));
  const Stretch second = stretch_of(p, number_or(reset, "new_base_lr", number(p.at("base_lr"))),
                                    number_or(reset, "new_max_lr", number(p.at("max_lr"))),
                                    number_or(reset, "new_step_size", number(p.at("step_size"))));
  // Both rates in one schedule: factors of a peak of 1.
  const auto absolute = [](const Stretch& s) { return product({s.schedule, Constant{s.peak}}); };
  const Schedule whole =
      resets ? sequence({{absolute(first), Length::iterations(static_cast<double>(at))},
                         {absolute(second)}})
             : absolute(first);
  const auto rate_at = [&](std::int64_t t) {
    return std::vector{t == at ? first.peak * first.schedule.at(t, kLongRun).lr
                               : whole.at(t, kLongRun).lr};
  };
  const json& lr = c.expected.at("lr");
  expect_trace(
      "lr", lr, [&](std::size_t t) { return rate_at(static_cast<std::int64_t>(t)); },
      Tolerance::of(c));
  if (has(c.expected, "lr_after")) {
    expect_list("lr_after", c.expected.at("lr_after"),
                rate_at(static_cast<std::int64_t>(lr.size())), Tolerance::of(c));
  }
}

void pytorch_port(const Case& c) {
  const json& p = c.params;
  const auto bases = listed(p.value("base_lr", json(1e-3)));
  const auto peaks = listed(p.value("max_lr", json(6e-3)));
  expect_trace(
      "lr", c.expected.at("lr"),
      [&](std::size_t t) {
        std::vector<double> rates;
        for (std::size_t g = 0; g < static_cast<std::size_t>(number(p.at("groups"))); ++g) {
          const Stretch s =
              stretch_of(p, bases.at(bases.size() == 1 ? 0 : g),
                         peaks.at(peaks.size() == 1 ? 0 : g), number_or(p, "step_size", 2000.0));
          rates.push_back(s.peak * s.schedule.at(static_cast<std::int64_t>(t), kLongRun).lr);
        }
        return rates;
      },
      Tolerance::of(c));
}

}  // namespace

Kinds clr_original() {
  return {{"keras_triangular", keras}, {"keras_triangular2", keras},
          {"keras_exp_range", keras},  {"keras_custom", keras},
          {"keras_reset", keras},      {"pytorch_port", pytorch_port}};
}

}  // namespace onecycle::golden
