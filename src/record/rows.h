// Rows of a table, written and read a field at a call, so that one list of fields serves both ways.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "onecycle/core/csv.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "record/run_tables.h"

namespace onecycle {

/// Rows as text, a field at a call.
class RowText {
 public:
  void operator()(std::int64_t value) { put(value); }
  void operator()(double value) {
    if (std::isfinite(value)) {
      put(value);
    } else {
      text_ += format_number(value);
      text_ += ',';
    }
  }
  void operator()(const std::optional<double>& value) {
    if (value) {
      (*this)(*value);
    } else {
      text_ += ',';
    }
  }
  void end_row() { text_.back() = '\n'; }

  /// The rows since the last call.
  [[nodiscard]] std::string take() { return std::exchange(text_, {}); }
  [[nodiscard]] std::size_t size() const { return text_.size(); }

 private:
  template <class Number>
  void put(Number value) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    text_.append(digits.data(), end);
    text_ += ',';
  }

  std::string text_;
};

/// Writes rows into a file, whole or not at all, a field at a call.
class RowWriter {
 public:
  RowWriter(const std::filesystem::path& path, const std::vector<std::string>& columns)
      : file_(path) {
    file_.write(csv_row(columns));
  }

  template <class Field>
  void operator()(const Field& value) {
    rows_(value);
  }
  void end_row() {
    rows_.end_row();
    if (rows_.size() > kFlush) {
      file_.write(rows_.take());
    }
  }
  void commit() {
    file_.write(rows_.take());
    file_.commit();
  }

 private:
  static constexpr std::size_t kFlush = 1 << 20;

  AtomicFile file_;
  RowText rows_;
};

/// Reads what `RowWriter` wrote, a field at a call.
class RowReader {
 public:
  RowReader(TextPieces pieces, std::string source, const std::vector<std::string>& columns)
      : pieces_(std::move(pieces)), text_(pieces_()), reader_(text_, std::move(source)) {
    require(reader_.columns() == columns, ErrorKind::data, reader_.source(),
            ":1: expected the columns ", join(columns, ","), ", got ",
            join(reader_.columns(), ","));
  }
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;

  bool next() {
    field_ = 0;
    while (!reader_.next()) {
      text_ = pieces_();
      if (text_.empty()) {
        return false;
      }
      reader_.go_on(text_);
    }
    return true;
  }

  /// Where the row stands, for complaints: `source:line`.
  [[nodiscard]] std::string place() const { return cat(reader_.source(), ":", reader_.line()); }

  void operator()(std::int64_t& value) { value = need(parse_integer(field()), "a whole number"); }
  void operator()(double& value) { value = need(parse_number(field()), "a number"); }
  void operator()(std::optional<double>& value) {
    value = field().empty() ? std::nullopt
                            : std::optional(need(parse_number(field()), "a number or nothing"));
    field_ += value ? 0 : 1;
  }

 private:
  [[nodiscard]] std::string_view field() const { return reader_.fields()[field_]; }

  template <class Number>
  Number need(const std::optional<Number>& value, std::string_view expected) {
    if (!value) [[unlikely]] {  // the words cost more than the number
      fail(ErrorKind::data, place(), ": column '", reader_.columns()[field_], "': expected ",
           expected, ", got '", field(), "'");
    }
    ++field_;
    return *value;
  }

  TextPieces pieces_;
  std::string text_;  // what the reader looks into
  CsvReader reader_;
  std::size_t field_ = 0;
};

}  // namespace onecycle
