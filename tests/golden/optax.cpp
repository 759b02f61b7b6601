#include "families.h"
#include "fit.h"
#include "onecycle/schedule/compose.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/decay.h"
#include "onecycle/schedule/policy/one_cycle.h"

namespace onecycle::golden {
namespace {

Fit one_cycle(const Case& c, OneCycleShape shape) {
  OneCycle policy{.convention = OneCycleConvention::optax, .shape = shape};
  take(c.params, "pct_start", policy.pct_start);
  take(c.params, "pct_final", policy.pct_final);
  take(c.params, "div_factor", policy.div);
  take(c.params, "final_div_factor", policy.div_final);
  return {policy,
          static_cast<std::int64_t>(number(c.params.at("transition_steps"))),
          0,
          {number(c.params.at("peak_value"))}};
}

template <OneCycleShape shape>
void check_one_cycle(const Case& c) {
  if (c.expected.contains("error")) {
    expect(refuses([&] { rates_at(one_cycle(c, shape), 0); }), "a refusal");
  } else {
    expect_fit(c, one_cycle(c, shape));
  }
}

/// Adds a part unless it has no length.
void add(std::vector<Part>& parts, const Schedule& schedule, double length) {
  if (length > 0.0) {
    parts.push_back({schedule, Length::iterations(length)});
  }
}

// The other schedules are given in rates, which here are factors of a peak of 1.

void add_warmup_cosine(std::vector<Part>& parts, const json& p) {
  const double peak = number(p.at("peak_value"));
  const double rise = number(p.at("warmup_steps"));
  add(parts, Linear{number(p.at("init_value")), peak}, rise);
  add(parts,
      Cosine{.start = peak,
             .end = number_or(p, "end_value", 0.0),
             .power = number_or(p, "exponent", 1.0)},
      number(p.at("decay_steps")) - rise);
}

Schedule warmup_cosine(const json& p) {
  std::vector<Part> parts;
  add_warmup_cosine(parts, p);
  return sequence(std::move(parts));
}

Schedule sgdr(const json& p) {
  std::vector<Part> parts;
  for (const json& cycle : p.at("cycles")) {
    add_warmup_cosine(parts, cycle);
  }
  return sequence(std::move(parts));
}

void add_exponential(std::vector<Part>& parts, const json& p, double start) {
  add(parts, Constant{start}, number_or(p, "transition_begin", 0.0));
  ExponentialDecay decay{.gamma = number(p.at("decay_rate")),
                         .every = Length::iterations(number(p.at("transition_steps"))),
                         .staircase = flag_or(p, "staircase", false)};
  if (has(p, "end_value")) {
    decay.end = number(p.at("end_value")) / start;
  }
  parts.push_back({product({Constant{start}, decay})});
}

Schedule exponential(const json& p) {
  std::vector<Part> parts;
  add_exponential(parts, p, number(p.at("init_value")));
  return sequence(std::move(parts));
}

Schedule warmup_exponential(const json& p) {
  std::vector<Part> parts;
  const double peak = number(p.at("peak_value"));
  add(parts, Linear{number(p.at("init_value")), peak}, number(p.at("warmup_steps")));
  add_exponential(parts, p, peak);
  return sequence(std::move(parts));
}

Schedule polynomial(const json& p) {
  const double start = number(p.at("init_value"));
  const double steps = number(p.at("transition_steps"));
  if (steps <= 0.0) {
    return Constant{start};
  }
  std::vector<Part> parts;
  add(parts, Constant{start}, number_or(p, "transition_begin", 0.0));
  add(parts,
      Polynomial{.start = start, .end = number(p.at("end_value")), .power = number(p.at("power"))},
      steps);
  return sequence(std::move(parts));
}

template <Schedule (*make)(const json&)>
void check(const Case& c) {
  expect_fit(c, Fit{make(c.params), 1'000'000, 0, {1.0}});
}

}  // namespace

Kinds optax() {
  return {{"cosine_onecycle", check_one_cycle<OneCycleShape::cosine>},
          {"linear_onecycle", check_one_cycle<OneCycleShape::linear>},
          {"warmup_cosine", check<warmup_cosine>},
          {"sgdr", check<sgdr>},
          {"exponential", check<exponential>},
          {"warmup_exponential", check<warmup_exponential>},
          {"polynomial", check<polynomial>}};
}

}  // namespace onecycle::golden
