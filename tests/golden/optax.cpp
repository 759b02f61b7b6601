#include "families.h"
#include "fit.h"
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
void check(const Case& c) {
  if (c.expected.contains("error")) {
    expect(refuses([&] { rates_at(one_cycle(c, shape), 0); }), "a refusal");
  } else {
    expect_fit(c, one_cycle(c, shape));
  }
}

}  // namespace

Kinds optax() {
  return {{"cosine_onecycle", check<OneCycleShape::cosine>},
          {"linear_onecycle", check<OneCycleShape::linear>}};
}

}  // namespace onecycle::golden
