#include <algorithm>

#include "families.h"
#include "shapes.h"

namespace onecycle::golden {
namespace {

void annealing(const Case& c) {
  const json& p = c.params;
  const Shape shape = shape_of(p.at("function").get<std::string>(), true);
  const auto positions = numbers(p.at("pos"));
  expect_trace(
      "lr", c.expected.at("lr"),
      [&](std::size_t t) {
        return std::vector{interpolate(shape, number(p.at("start")), number(p.at("end")),
                                       positions.at(t), number_or(p, "degree", 1.0))};
      },
      Tolerance::of(c));
}

/// The peer's k-th step, k from 1, is the curve at k/n; one value alone stays, or goes to 0 along
/// a curve that was asked for.
void scheduler(const Case& c) {
  const json& p = c.params;
  const auto ends = listed(p.at("vals"));
  const bool curved = has(p, "function");
  const std::string otherwise = ends.size() == 1 ? "no" : "linear";
  const Shape shape = shape_of(curved ? p.at("function").get<std::string>() : otherwise, true);
  const double steps = std::max(1.0, number(p.at("n_iter")));
  const double end = ends.size() == 1 ? 0.0 : ends.at(1);
  const double power = number_or(p, "degree", 1.0);
  expect_number("start", c.expected.at("start"), interpolate(shape, ends[0], end, 0.0, power),
                Tolerance::of(c));
  expect_trace(
      "lr", c.expected.at("lr"),
      [&](std::size_t t) {
        const double q = static_cast<double>(t + 1) / steps;
        return std::vector{interpolate(shape, ends[0], end, q, power)};
      },
      Tolerance::of(c));
}

}  // namespace

Kinds fastai1_sched() { return {{"annealing", annealing}, {"scheduler", scheduler}}; }

}  // namespace onecycle::golden
