// What stands in the page besides its markup: plots as JSON that a script element can hold, and
// text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "onecycle/report/plot.h"

namespace onecycle {

/// `{"plots": [...]}` with the fields of `Plot`. Numbers read back as the same float64, those that
/// are not finite are null; no `<` is left, so no text can end the element.
std::string plots_json(const std::vector<Plot>& plots);

/// `text` with bytes that are not UTF-8 replaced by U+FFFD, so that strict readers take the page.
std::string valid_utf8(std::string_view text);

}  // namespace onecycle
