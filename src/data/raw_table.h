// A table's columns as they are read, before features are made of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

/// Whether `value`, without outer blanks, stands for a missing one: see `parse_table`.
bool is_missing(std::string_view value);

/// Where a value stands, for messages; line 0: nowhere.
struct OddValue {
  std::int64_t line = 0;
  std::string text{};

  void note(std::int64_t at, std::string_view value) {
    if (line == 0) {
      line = at;
      text = value;
    }
  }
};

/// A column that is not the target.
struct RawColumn {
  std::size_t field = 0;
  std::string name;
  std::vector<double> numbers{};           // [rows]; NaN where there is none
  std::vector<std::int64_t> categories{};  // [rows], if it has texts; `kNoCategory` where missing
  std::vector<std::string> names{};        // of the categories
  std::int64_t missing = 0;
  OddValue first_text{};
  OddValue first_infinite{};

  [[nodiscard]] bool has_texts() const { return first_text.line > 0; }
};

/// The category of a missing value.
inline constexpr std::int64_t kNoCategory = -1;

struct RawTable {
  std::string source;
  std::string target;  // the name of its column
  std::vector<RawColumn> columns{};
  std::vector<std::string> targets{};  // [rows]
  std::vector<std::int64_t> lines{};   // of the rows
};

/// Reads a table; see `read_columns`.
RawTable read_raw_table(std::string_view text, const std::string& source,
                        const std::string& target);

}  // namespace onecycle
