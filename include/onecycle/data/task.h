// What there is to learn from a data set, and a data set together with it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "onecycle/data/dataset.h"
#include "onecycle/record/run.h"

namespace onecycle {

enum class TaskKind {
  classification,  ///< targets: class indices, int64 [N]
  regression       ///< targets: float [N]
};

/// `classification` or `regression`.
std::string to_string(TaskKind kind);

/// What there is to learn.
struct Task {
  TaskKind kind = TaskKind::classification;
  std::string target = {};                ///< what is predicted: the name of a column
  std::vector<std::string> classes = {};  ///< by class index; empty for a regression
  std::vector<std::int64_t> input_shape =
      {};  ///< of one example: [features] or [channels, height, width]
  std::vector<std::string> features = {};  ///< names of the features; empty for images
  /// Column -> the number that stands in for a missing one; of columns in which any was missing.
  std::map<std::string, double> fills = {};

  /// Outputs that a model needs: one for each class, 1 for a regression.
  [[nodiscard]] std::int64_t outputs() const {
    return kind == TaskKind::regression ? 1 : static_cast<std::int64_t>(classes.size());
  }

  bool operator==(const Task&) const = default;
};

/// Positions of examples in a data set, in ascending order.
struct SplitIndices {
  std::vector<std::int64_t> train;
  std::vector<std::int64_t> valid;
};

/// A whole data set as it was found: not yet split or standardised.
struct LoadedData {
  std::string name = {};  ///< of a built-in set, or of the file or folder, without its extension
  /// Numbers [N, ...], or uint8 images [N, channels, height, width], which may be decoded only when
  /// they are asked for.
  std::shared_ptr<const Dataset> examples = {};
  torch::Tensor targets = {};  ///< [N], those of `examples`, known without loading these
  bool images = false;         ///< whether the inputs are uint8 images
  /// Where the data set itself says which examples are for validation.
  std::optional<SplitIndices> parts = {};
  Task task = {};
  std::vector<Fact> facts = {};  ///< for people: examples, inputs, target, what was assumed, credit
};

}  // namespace onecycle
