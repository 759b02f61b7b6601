#include "onecycle/record/smoothing.h"

#include <algorithm>

#include "families.h"

namespace onecycle::golden {
namespace {

std::vector<double> smooth(const Case& c, Smoothing smoothing) {
  Smoother smoother(smoothing);
  std::vector<double> smoothed;
  for (const double x : numbers(c.params.at("raw"))) {
    smoothed.push_back(smoother.add(x));
  }
  return smoothed;
}

void check_debiased(const Case& c, Tolerance tolerance) {
  const double beta = number_or(c.params, "beta", 0.98);
  expect_list("loss", c.expected.at("loss"), smooth(c, {SmoothingKind::debiased, beta}), tolerance);
}

void float32(const Case& c) { check_debiased(c, Tolerance::of(c, "float32_rel")); }
void float64(const Case& c) { check_debiased(c, Tolerance::of(c)); }

void lightning(const Case& c) {
  const double beta = number_or(c.params, "beta", 0.98);
  expect_list("loss", c.expected.at("loss"), smooth(c, {SmoothingKind::lightning, beta}),
              Tolerance::of(c));
}

void from_first(const Case& c) {
  // The peers give the weight of the new value, 0 meaning: off.
  const double fresh = number_or(c.params, "smooth_f", 0.05);
  const double beta = fresh > 0.0 ? 1.0 - fresh : 0.0;
  const auto smoothed = smooth(c, {SmoothingKind::from_first, beta});
  expect_list("loss", c.expected.at("loss"), smoothed, Tolerance::of(c));
  if (has(c.expected, "best_loss")) {
    expect_number("best_loss", c.expected.at("best_loss"),
                  *std::min_element(smoothed.begin(), smoothed.end()), Tolerance::of(c));
  }
}

}  // namespace

Kinds smoothing() {
  return {{"fastai2_float32", float32}, {"fastai2_float64", float64},
          {"fastai1", float64},         {"notebook", float64},
          {"lightning", lightning},     {"torch_lr_finder", from_first},
          {"ignite", from_first}};
}

}  // namespace onecycle::golden
