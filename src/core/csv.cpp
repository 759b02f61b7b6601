#include "onecycle/core/csv.h"

#include <algorithm>
#include <set>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"

namespace onecycle {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::size_t count_blanks(std::string_view text) {
  return std::min(text.find_first_not_of(" \t"), text.size());
}

/// Length of the line end that `text` begins with: 0 if it begins with something else.
std::size_t line_end(std::string_view text) {
  return text.starts_with('\n') ? 1 : text.starts_with("\r\n") ? 2 : 0;
}

std::string printable(char c) {
  return c >= ' ' && c < '\x7f' ? cat("'", c, "'")
                                : cat("byte ", static_cast<int>(static_cast<unsigned char>(c)));
}

}  // namespace

CsvReader::CsvReader(std::string_view text, std::string source)
    : source_(std::move(source)), rest_(text) {
  require(text.find('\0') == std::string_view::npos, ErrorKind::data, source_,
          ": expected comma-separated text, got binary data; save it as CSV in UTF-8");
  if (rest_.starts_with(kByteOrderMark)) {
    rest_.remove_prefix(kByteOrderMark.size());
  }
  require(read_row(), ErrorKind::data, source_, ": expected a table, got an empty file");
  std::set<std::string_view> seen;
  for (const auto field : fields_) {
    const std::string_view name = trim(field);
    require(seen.insert(name).second, ErrorKind::data, source_, ":", row_line_,
            ": expected distinct column names, got '", name, "' twice; rename one");
    columns_.emplace_back(name);
  }
}

bool CsvReader::next() {
  if (!read_row()) {
    return false;
  }
  require(fields_.size() == columns_.size(), ErrorKind::data, source_, ":", row_line_,
          ": expected ", columns_.size(), " fields, got ", fields_.size(),
          "; give every row one value for each column");
  return true;
}

void CsvReader::skip_blank_lines() {
  while (!rest_.empty()) {
    const std::size_t blanks = count_blanks(rest_);
    const std::size_t end = line_end(rest_.substr(blanks));
    if (end == 0 && blanks < rest_.size()) {
      return;
    }
    line_ += end > 0 ? 1 : 0;
    rest_.remove_prefix(blanks + end);
  }
}

bool CsvReader::read_row() {
  skip_blank_lines();
  fields_.clear();
  unescaped_.clear();
  row_line_ = line_;
  if (rest_.empty()) {
    return false;
  }
  while (read_field()) {
  }
  return true;
}

/// True if another field of the same row follows.
bool CsvReader::read_field() {
  const std::size_t blanks = count_blanks(rest_);
  if (blanks < rest_.size() && rest_[blanks] == '"') {
    rest_.remove_prefix(blanks + 1);
    fields_.push_back(read_quoted());
  } else {
    std::size_t size = 0;
    while (size < rest_.size() && rest_[size] != ',' && rest_[size] != '\n') {
      ++size;
    }
    std::string_view field = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (field.ends_with('\r') && !rest_.starts_with(',')) {
      field.remove_suffix(1);
    }
    fields_.push_back(field);
  }
  if (rest_.empty()) {
    return false;
  }
  if (rest_.front() == ',') {
    rest_.remove_prefix(1);
    return true;
  }
  const std::size_t end = line_end(rest_);
  require(end > 0, ErrorKind::data, source_, ":", line_,
          ": expected a comma or the end of the line after a closing quote, got ",
          printable(rest_.front()), "; double the quotes inside a quoted field");
  rest_.remove_prefix(end);
  ++line_;
  return false;
}

/// The field whose opening quote was just taken, up to and with its closing quote and the blanks
/// after it.
std::string_view CsvReader::read_quoted() {
  const std::int64_t first_line = line_;
  std::string* copy = nullptr;
  std::string_view field;
  while (true) {
    const std::size_t quote = rest_.find('"');
    require(quote != std::string_view::npos, ErrorKind::data, source_, ":", first_line,
            ": expected a closing quote, got the end of the file");
    const bool doubled = rest_.substr(quote + 1).starts_with('"');
    const std::string_view piece = rest_.substr(0, doubled ? quote + 1 : quote);
    line_ += std::count(piece.begin(), piece.end(), '\n');
    rest_.remove_prefix(quote + (doubled ? 2 : 1));
    if (doubled && copy == nullptr) {
      copy = &unescaped_.emplace_back();
    }
    if (copy != nullptr) {
      *copy += piece;
      field = *copy;
    } else {
      field = piece;
    }
    if (!doubled) {
      rest_.remove_prefix(count_blanks(rest_));
      return field;
    }
  }
}

std::size_t CsvTable::column(std::string_view name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  require(found != columns.end(), ErrorKind::data, source, ": expected a column '", name,
          "', got none", suggest_name(name, columns));
  return static_cast<std::size_t>(found - columns.begin());
}

CsvTable parse_csv(std::string_view text, std::string source) {
  CsvReader reader(text, std::move(source));
  CsvTable table{.source = reader.source(), .columns = reader.columns(), .rows = {}, .lines = {}};
  while (reader.next()) {
    table.rows.emplace_back(reader.fields().begin(), reader.fields().end());
    table.lines.push_back(reader.line());
  }
  require(!table.rows.empty(), ErrorKind::data, table.source,
          ": expected rows under the column names, got none");
  return table;
}

CsvTable read_csv(const std::filesystem::path& path) {
  return parse_csv(read_file(path), path.native());
}

std::string csv_field(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos && trim(field) == field) {
    return std::string(field);
  }
  std::string quoted = "\"";
  for (const char c : field) {
    quoted += c;
    if (c == '"') {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string csv_row(const std::vector<std::string>& fields) {
  if (fields.size() == 1 && fields.front().empty()) {
    return "\"\"\n";  // a blank line would not be a row
  }
  std::string row;
  for (const auto& field : fields) {
    if (&field != &fields.front()) {
      row += ',';
    }
    row += csv_field(field);
  }
  return row + '\n';
}

}  // namespace onecycle
