// Predictions as JSON.
#pragma once

#include <string_view>

#include "core/json.h"
#include "onecycle/record/predictions.h"

namespace onecycle {

OrderedJson to_json(const PredictionsRecord& predictions);

/// Throws a data error that begins with `source`, or what the JSON library throws, if it is not
/// what `to_json` makes.
PredictionsRecord predictions_of(const Json& json, std::string_view source);

/// `json` as a whole number from 0 on that fits; the library would cast any other number or a
/// `true`, 1e300 too.
std::int64_t count_of(const Json& json, std::string_view source, std::string_view name);

}  // namespace onecycle
