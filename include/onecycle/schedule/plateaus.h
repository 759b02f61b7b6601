// The schedules driven by losses, by name: to list them, to read one from text.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/outline.h"
#include "onecycle/schedule/plateau.h"
#include "onecycle/schedule/statistical_plateau.h"

namespace onecycle {

/// Any of them, with its options. They multiply a schedule: rate = peak * schedule * factor.
using PlateauOptions = std::variant<ReduceOnPlateauOptions, StatisticalPlateauOptions>;

/// What there is to know about one.
struct PlateauInfo {
  std::string name;
  std::string summary;
  std::string source;
  std::vector<FieldInfo> fields;
  /// Makes it; options not given keep their defaults. Throws a usage error for an unknown option
  /// (the nearest is named) or a value that the option does not accept.
  std::function<PlateauOptions(const std::vector<Setting>&)> make;
};

/// Every one, in the order in which help and documents show them.
const std::vector<PlateauInfo>& plateaus();

/// The one called `name`. Throws a usage error that names the nearest if there is none.
const PlateauInfo& find_plateau(std::string_view name);

/// Makes the one that `outline` names. Throws a usage error that begins with `source` and the place
/// of what cannot be made.
PlateauOptions make_plateau(const Outline& outline, std::string_view source);

/// Reads `reduce_on_plateau` or `statistical(factor=0.5, min_lr=1e-05)`. Throws a usage error that
/// names the column.
PlateauOptions parse_plateau(std::string_view text);

/// In the notation that `parse_plateau` reads, every option spelled out.
std::string text_of(const PlateauOptions& options);

}  // namespace onecycle
