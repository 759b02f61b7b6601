#include "families.h"
#include "onecycle/schedule/compose.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/decay.h"
#include "onecycle/schedule/policy/sgdr.h"
#include "torch_parts.h"

namespace onecycle::golden {
namespace {

constexpr std::int64_t kLongRun = 1'000'000;

Sgdr cycles_of(const json& p, double peak, RestartShape shape) {
  return {.cycle_len = Length::iterations(number(p.at("t_initial"))),
          .cycle_mult = number_or(p, "cycle_mul", 1.0),
          .end = number_or(p, "lr_min", 0.0) / peak,
          .decay = number_or(p, "cycle_decay", 1.0),
          .limit = static_cast<std::int64_t>(number_or(p, "cycle_limit", 1.0)),
          .shape = shape,
          .k = number_or(p, "k_decay", 1.0),
          .power = number_or(p, "power", 0.5),
          .lb = number_or(p, "lb", -7.0),
          .ub = number_or(p, "ub", 3.0)};
}

/// The peer's warm-up in front of `main`, or over its beginning. `to_main`: up to where `main` then
/// is, not to its peak.
Schedule warmed(const json& p, double peak, const Schedule& main, bool prefix, bool to_main) {
  const double length = number_or(p, "warmup_t", 0.0);
  if (length == 0.0) {
    return main;
  }
  const double top =
      to_main && !prefix ? main.at(static_cast<std::int64_t>(length), kLongRun).lr : 1.0;
  const Linear rise{number_or(p, "warmup_lr_init", 0.0) / peak, top};
  return prefix ? sequence({{rise, Length::iterations(length)}, {main}})
                : over(rise, Length::iterations(length), main);
}

/// The constructor leaves the initial rate, or that of the warm-up, whatever the curve begins with.
void check(const Case& c, const std::function<Schedule(double peak)>& make) {
  json expected = c.expected;
  const bool warm = number_or(c.params, "warmup_t", 0.0) > 0.0;
  if (!warm && expected.contains("lr")) {
    const auto peaks = listed(c.params.at("initial_lr"));
    expect_list("lr at step 0", expected.at("lr").at(0), peaks, Tolerance::of(c));
    for (std::size_t g = 0; g < peaks.size(); ++g) {
      expected["lr"][0][g] = peaks[g] * make(peaks[g]).at(0, kLongRun).lr;
    }
  }
  expect_schedule({c.id, c.params, expected, c.fixtures, c.tolerance}, make);
}

template <RestartShape shape>
void cycles(const Case& c) {
  check(c, [&](double peak) {
    return warmed(c.params, peak, cycles_of(c.params, peak, shape),
                  flag_or(c.params, "warmup_prefix", false), shape == RestartShape::tanh);
  });
}

void step(const Case& c) {
  check(c, [&](double peak) {
    const Step policy{Length::iterations(number(c.params.at("decay_t"))),
                      number_or(c.params, "decay_rate", 1.0)};
    return warmed(c.params, peak, policy, flag_or(c.params, "warmup_prefix", true), false);
  });
}

}  // namespace

Kinds timm() {
  return {{"cosine", cycles<RestartShape::cosine>},
          {"tanh", cycles<RestartShape::tanh>},
          {"poly", cycles<RestartShape::polynomial>},
          {"step", step}};
}

}  // namespace onecycle::golden
