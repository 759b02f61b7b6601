// Tables as comma-separated text: reading with line numbers in every complaint, and quoting.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

/// Goes through a table row by row without copying it. The first row names the columns. Fields are
/// separated by commas and may be quoted as in RFC 4180, over several lines too; lines end in LF or
/// CRLF, with or without one at the end of the text; blank lines and a byte-order mark are skipped;
/// blanks around the names of columns and around quotes do not count.
///
/// Throws a data error with `source:line` where a row has too few or too many fields or a quote is
/// out of place, and for an empty text or two columns of the same name.
class CsvReader {
 public:
  /// Reads the first row. `text` must outlive the reader; `source` is its name in messages.
  CsvReader(std::string_view text, std::string source);

  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }

  /// Goes on with more of the same table once `next` is at the end: `text` begins with a row.
  void go_on(std::string_view text) { rest_ = text; }

  /// Goes to the next row, the first one at first; false at the end.
  bool next();

  /// The row's fields, as many as there are columns. They last until `next` is called.
  [[nodiscard]] const std::vector<std::string_view>& fields() const { return fields_; }
  /// The line on which the row begins, from 1.
  [[nodiscard]] std::int64_t line() const { return row_line_; }

 private:
  bool read_row();
  bool read_field();
  std::string_view read_quoted();
  void skip_blank_lines();

  std::string source_;
  std::string_view rest_;
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unescaped_;  // fields of this row that held doubled quotes
  std::int64_t line_ = 1;
  std::int64_t row_line_ = 0;
};

/// A whole table in memory.
struct CsvTable {
  std::string source;  ///< its name in messages
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< at least one; each as long as `columns`
  std::vector<std::int64_t> lines;             ///< the line on which each row begins, from 1

  /// The index of a column. Throws a data error that names the nearest one.
  [[nodiscard]] std::size_t column(std::string_view name) const;
};

/// Reads a table (see `CsvReader`); one without rows is an error too.
CsvTable parse_csv(std::string_view text, std::string source);
/// The same for a file.
CsvTable read_csv(const std::filesystem::path& path);

/// `field` as it stands in a row: in quotes if it has a comma, a quote, a line end or an outer
/// blank.
std::string csv_field(std::string_view field);

/// The fields as one row, LF at its end.
std::string csv_row(const std::vector<std::string>& fields);

}  // namespace onecycle
