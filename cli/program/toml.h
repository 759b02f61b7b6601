// Configuration files: the flat part of TOML, `key = value` on lines of their own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle::cli {

/// One `key = value` of a file.
struct ConfigItem {
  std::string key;
  std::string value;  ///< a string without its quotes; a list's members with commas between them
  std::int64_t line = 0;
};

/// Reads keys, strings, numbers, true and false, and lists of those. Throws a usage error with
/// `source:line` for anything else (tables, dates) and for a key that stands there twice.
std::vector<ConfigItem> parse_toml(std::string_view text, const std::string& source);

/// `value` as it stands after `key = `: bare if it is a number, true or false, else in quotes.
std::string toml_value(const std::string& value);

}  // namespace onecycle::cli
