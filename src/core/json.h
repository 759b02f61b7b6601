// The two kinds of JSON value, by what they are for.
#pragma once

#include <nlohmann/json.hpp>

namespace onecycle {

/// For reading.
using Json = nlohmann::json;

/// For writing: keys stay in the order in which people read them. For reading it will not do: each
/// key is compared with all before it, and a growing object copies its values, a deeply nested one
/// until the stack ends.
using OrderedJson = nlohmann::ordered_json;

}  // namespace onecycle
