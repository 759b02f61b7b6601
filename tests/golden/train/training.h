// The small networks of the golden traces, trained by our learner.
#pragma once

#include <torch/types.h>

#include <memory>
#include <vector>

#include "golden/golden.h"
#include "onecycle/model/weights.h"
#include "onecycle/train/learner.h"

namespace onecycle::golden {

/// The network of `fixture` with its weights, in float64; in two groups, the first linear layer and
/// the rest, if `split`.
Model fixture_model(const json& fixture, bool split);
/// Whether the case asks for two groups; other groups are unknown.
bool is_split(const json& groups);

/// All rows of `fixture` in order, in batches of its size, the last of each pass short.
Loader fixture_loader(const json& fixture);
/// So many batches as one epoch, going through the rows as often as it takes.
Loader repeated_loader(const json& fixture, std::int64_t batches);

/// Mean cross-entropy that writes down each batch's.
class LossLog {
 public:
  [[nodiscard]] Loss loss() const;
  [[nodiscard]] const std::vector<double>& values() const { return *values_; }

 private:
  std::shared_ptr<std::vector<double>> values_ = std::make_shared<std::vector<double>>();
};

/// Compares tensors by name, within the tolerance of the case; `noisy`: under an optimizer that
/// divides by the gradient's size the bias before a batch norm, whose gradient is rounding, may
/// differ more.
void expect_weights(const Case& c, const char* what, const NamedTensors& got, bool noisy = false);

/// A tensor [n, m] against `expected[n][m]`.
void expect_matrix(std::string_view what, const json& expected, const torch::Tensor& got,
                   Tolerance tolerance);

/// Rates of all groups, and momenta where `momentum`, as recorded for each iteration.
void expect_record(const Case& c, const Run& run, bool momentum);

}  // namespace onecycle::golden
