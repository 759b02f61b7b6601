#include <algorithm>

#include "families.h"
#include "onecycle/schedule/compose.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/inverse_sqrt.h"
#include "onecycle/schedule/policy/sgdr.h"
#include "onecycle/schedule/policy/wsd.h"
#include "torch_parts.h"

namespace onecycle::golden {
namespace {

/// Parts that may have no length, then one that has the rest.
Schedule one_after_another(const std::vector<std::pair<Schedule, double>>& parts,
                           const Schedule& rest) {
  std::vector<Part> list;
  for (const auto& [schedule, length] : parts) {
    if (length > 0.0) {
      list.push_back({schedule, Length::iterations(length)});
    }
  }
  list.push_back({rest});
  return sequence(std::move(list));
}

double warmup_of(const json& p) { return number_or(p, "num_warmup_steps", 0.0); }

/// What the peer has left for the fall, which it divides by.
double fall_of(const json& p) {
  return std::max(1.0, number(p.at("num_training_steps")) - warmup_of(p));
}

const Linear kRise{0.0, 1.0};

RampShape ramp_of(const json& p, const char* name, const char* fallback) {
  const std::string shape = p.value(name, fallback);
  const auto known = detail::parse_value<RampShape>(shape == "1-sqrt" ? "sqrt" : shape);
  require(known.has_value(), ErrorKind::usage, "wsd: unknown shape ", shape);
  return *known;
}

Schedule wsd(const json& p) {
  const double rise = warmup_of(p);
  const double fall = number_or(p, "num_decay_steps", 0.0);
  require(has(p, "num_stable_steps") || has(p, "num_training_steps"), ErrorKind::usage,
          "wsd: expected a length of the run");
  const double total = has(p, "num_stable_steps") ? rise + number(p.at("num_stable_steps")) + fall
                                                  : number(p.at("num_training_steps"));
  const double end = number_or(p, "min_lr_ratio", 0.0);
  const Wsd policy{.warmup = Length::iterations(rise),
                   .decay = Length::iterations(fall),
                   .warmup_shape = ramp_of(p, "warmup_type", "linear"),
                   .decay_shape = ramp_of(p, "decay_type", "cosine"),
                   .end = end,
                   .waves = number_or(p, "num_cycles", 0.5)};
  return one_after_another({{policy, total}}, Constant{end});
}

Schedule cosine(const json& p) {
  const double half_waves = 2.0 * number_or(p, "num_cycles", 0.5);
  return one_after_another({{kRise, warmup_of(p)}},
                           Cosine{.t_max = Length::iterations(fall_of(p) / half_waves)});
}

Schedule restarts(const json& p) {
  const double cycles = number_or(p, "num_cycles", 1.0);
  return one_after_another(
      {{kRise, warmup_of(p)},
       {Sgdr{.cycle_len = Length::iterations(fall_of(p) / cycles), .cycle_mult = 1.0}, fall_of(p)}},
      Constant{0.0});
}

Schedule inverse_sqrt(const json& p) {
  InverseSqrt policy{.warmup = Length::iterations(warmup_of(p))};
  if (has(p, "timescale")) {
    policy.timescale = Length::iterations(number(p.at("timescale")));
  }
  return policy;
}

/// From the peak to `end` along a power of what is left.
Schedule falling(const json& p, double power, double end) {
  return one_after_another(
      {{kRise, warmup_of(p)}, {Polynomial{.end = end, .power = power}, fall_of(p)}}, Constant{end});
}

template <Schedule (*make)(const json&)>
void check(const Case& c) {
  expect_schedule(c, [&](double) { return make(c.params); });
}

void linear(const Case& c) {
  expect_schedule(c, [&](double) { return falling(c.params, 1.0, 0.0); });
}

void polynomial(const Case& c) {
  expect_schedule(c, [&](double peak) {
    return falling(c.params, number_or(c.params, "power", 1.0),
                   number_or(c.params, "lr_end", 1e-7) / peak);
  });
}

}  // namespace

Kinds transformers() {
  return {{"wsd", check<wsd>},
          {"inverse_sqrt", check<inverse_sqrt>},
          {"cosine_warmup", check<cosine>},
          {"cosine_restarts", check<restarts>},
          {"linear_warmup", linear},
          {"polynomial_warmup", polynomial}};
}

}  // namespace onecycle::golden
