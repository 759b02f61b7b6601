#include "families.h"
#include "torch_parts.h"

namespace onecycle::golden {
namespace {

template <const char* type>
void check(const Case& c) {
  expect_schedule(c, [&](double peak) { return torch_schedule(type, c.params, peak); });
}

constexpr char kStep[] = "StepLR";
constexpr char kMultiStep[] = "MultiStepLR";
constexpr char kExponential[] = "ExponentialLR";
constexpr char kPolynomial[] = "PolynomialLR";
constexpr char kLinear[] = "LinearLR";
constexpr char kConstant[] = "ConstantLR";

/// The peer wants factors in (0, 1] of LinearLR's start and ConstantLR, in [0, 1] of LinearLR's
/// end; for us any factor that is not negative is a schedule.
void error(const Case& c) {
  const json& p = c.params;
  const bool constant = has(p, "factor");
  const double start = number_or(p, constant ? "factor" : "start_factor", 1.0 / 3.0);
  const double end = number_or(p, "end_factor", 1.0);
  const auto make = [&] { return torch_schedule(constant ? kConstant : kLinear, p, 0.1).at(0, 9); };
  if (start < 0.0 || end < 0.0) {
    expect(refuses(make), "a refusal");
  } else {
    expect(make().lr == start, "the first factor is the one asked for");
  }
}

}  // namespace

Kinds torch_basic() {
  return {{"step", check<kStep>},
          {"multistep", check<kMultiStep>},
          {"exponential", check<kExponential>},
          {"polynomial", check<kPolynomial>},
          {"linear", check<kLinear>},
          {"constant", check<kConstant>},
          {"error", error}};
}

}  // namespace onecycle::golden
