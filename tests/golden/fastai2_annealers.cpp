#include "families.h"
#include "onecycle/schedule/combined_curve.h"
#include "shapes.h"

namespace onecycle::golden {
namespace {

void expect_at_positions(const Case& c, const std::function<double(double)>& at) {
  const auto positions = numbers(c.params.at("pos"));
  expect_trace(
      "lr", c.expected.at("lr"), [&](std::size_t t) { return std::vector{at(positions.at(t))}; },
      Tolerance::of(c));
}

void annealer(const Case& c) {
  // The case's name ends in the curve's: fastai2_annealers.sched_cos.00.
  const std::string kind = split(c.id, '.').at(1);
  const Shape shape = shape_of(kind.substr(kind.find('_') + 1));
  const double start = number(c.params.at("start"));
  const double end = number(c.params.at("end"));
  const double power = number_or(c.params, "power", 1.0);
  expect_at_positions(c, [&](double q) { return interpolate(shape, start, end, q, power); });
}

CombinedCurve combined(const Case& c) {
  const auto shares = numbers(c.params.at("pcts"));
  std::vector<Phase> phases;
  for (const json& phase : c.params.at("phases")) {
    phases.push_back({.share = shares.at(phases.size()),
                      .shape = shape_of(phase.at("type").get<std::string>()),
                      .start = number(phase.at("start")),
                      .end = number(phase.at("end")),
                      .power = number_or(phase, "power", 1.0)});
  }
  expect(phases.size() == shares.size(), "as many phases as shares");
  return CombinedCurve(phases);
}

void combine_scheds(const Case& c) {
  const CombinedCurve curve = combined(c);
  expect_at_positions(c, [&](double position) { return curve.at(position); });
}

void combine_error(const Case& c) {
  expect(refuses([&] { combined(c); }), "a refusal");
}

void combined_cos(const Case& c) {
  const json& p = c.params;
  expect_at_positions(c, [&](double position) {
    return combined_cosine(number(p.at("pct")), number(p.at("start")), number(p.at("middle")),
                           number(p.at("end")), position);
  });
}

}  // namespace

Kinds fastai2_annealers() {
  return {{"sched_no", annealer},           {"sched_lin", annealer},
          {"sched_cos", annealer},          {"sched_exp", annealer},
          {"sched_poly", annealer},         {"combine_scheds", combine_scheds},
          {"combine_error", combine_error}, {"combined_cos", combined_cos}};
}

}  // namespace onecycle::golden
