// All optimizers by name: to list them, to read one from text.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/schedule/field.h"
#include "onecycle/train/optimizer_options.h"

namespace onecycle {

/// What there is to know about one.
struct OptimizerInfo {
  std::string name;
  std::string summary;
  std::string source;
  std::vector<FieldInfo> fields;
  /// Makes it; options not given keep their defaults. Throws a usage error for an unknown option
  /// (the nearest is named) or a value that the option does not accept.
  std::function<OptimizerOptions(const std::vector<Setting>&)> make;
};

/// Every one but `TorchOptimizer`, in the order in which help and documents show them.
const std::vector<OptimizerInfo>& optimizers();

/// The one called `name`. Throws a usage error that names the nearest if there is none.
const OptimizerInfo& find_optimizer(std::string_view name);

/// Reads `adamw` or `rmsprop(alpha=0.9, centered=true)`. Throws a usage error that names the
/// column.
OptimizerOptions parse_optimizer(std::string_view text);

/// In the notation that `parse_optimizer` reads, every option spelled out. Throws a usage error for
/// a `TorchOptimizer`, which has no notation.
std::string text_of(const OptimizerOptions& options);

}  // namespace onecycle
