// Plots as JSON that can stand inside a script element.
#pragma once

#include <string>
#include <vector>

#include "onecycle/report/plot.h"

namespace onecycle {

/// `{"plots": [...]}` with the fields of `Plot`. Numbers read back as the same float64, those that
/// are not finite are null; no `<` is left, so no text can end the element.
std::string plots_json(const std::vector<Plot>& plots);

}  // namespace onecycle
