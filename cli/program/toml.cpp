#include "program/toml.h"

#include <algorithm>
#include <cctype>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"

namespace onecycle::cli {
namespace {

/// Of a key or a number.
bool is_bare(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '+' ||
         c == '.';
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& source) : rest_(text), source_(source) {}

  std::vector<ConfigItem> items() {
    std::vector<ConfigItem> items;
    for (skip_lines(); !rest_.empty(); skip_lines()) {
      ConfigItem item{.key = key(), .value = {}, .line = line_};
      expect_unique(items, item.key);
      skip_blanks();
      if (!take('=')) {
        complain(cat("expected '=' after '", item.key, "'"));
      }
      skip_blanks();
      item.value = value();
      items.push_back(std::move(item));
      end_line();
    }
    return items;
  }

 private:
  [[noreturn]] void complain(const std::string& what) const {
    fail(ErrorKind::usage, source_, ":", line_, ": ", what);
  }

  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) {
      return false;
    }
    line_ += c == '\n' ? 1 : 0;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_blanks() {
    while (take(' ') || take('\t')) {
    }
    if (peek() == '#') {
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    }
  }

  void skip_lines() {
    do {
      skip_blanks();
    } while (take('\n') || take('\r'));
  }

  void end_line() {
    skip_blanks();
    take('\r');
    if (!rest_.empty() && !take('\n')) {
      complain(cat("expected the end of the line, got '", peek(), "'"));
    }
  }

  void expect_unique(const std::vector<ConfigItem>& items, const std::string& key) const {
    const auto same =
        std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.key == key; });
    if (same != items.end()) {
      complain(cat("'", key, "' is set already on line ", same->line));
    }
  }

  std::string bare() {
    std::size_t length = 0;
    while (length < rest_.size() && is_bare(rest_[length])) {
      ++length;
    }
    std::string word(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return word;
  }

  std::string key() {
    if (peek() == '[') {
      complain("tables are not used here; write 'key = value'");
    }
    std::string word = peek() == '"' || peek() == '\'' ? quoted() : bare();
    if (word.empty()) {
      complain(cat("expected a key, got '", peek(), "'"));
    }
    return word;
  }

  std::string quoted() {
    const char quote = peek();
    take(quote);
    std::string text;
    while (!take(quote)) {
      if (rest_.empty() || peek() == '\n') {
        complain("a string is not closed");
      }
      text += quote == '"' && peek() == '\\' ? escaped() : std::string(1, peek());
      rest_.remove_prefix(1);
    }
    return text;
  }

  /// Leaves the last character of the escape to the caller.
  std::string escaped() {
    take('\\');
    constexpr std::string_view kNames = "btnfr\"\\";
    constexpr std::string_view kCharacters = "\b\t\n\f\r\"\\";
    if (const auto found = kNames.find(peek()); !rest_.empty() && found != std::string_view::npos) {
      return {kCharacters[found]};
    }
    complain(R"(expected one of \b \t \n \f \r \" \\ in a string)");
  }

  std::string value() {
    if (!take('[')) {
      return scalar();
    }
    std::vector<std::string> members;
    for (skip_lines(); !take(']'); skip_lines()) {
      if (rest_.empty()) {
        complain("a list is not closed");
      }
      members.push_back(scalar());
      skip_lines();
      if (!take(',') && peek() != ']') {
        complain("expected ',' or ']' in a list");
      }
    }
    return join(members, ",");
  }

  std::string scalar() {
    if (peek() == '"' || peek() == '\'') {
      return quoted();
    }
    std::string word = bare();
    std::erase(word, '_');  // as in 10_000
    if (word != "true" && word != "false" && !parse_number(word)) {
      complain(word.empty()
                   ? "expected a value"
                   : cat("expected a number, true, false or a string in quotes, got ", word));
    }
    return word;
  }

  std::string_view rest_;
  const std::string& source_;
  std::int64_t line_ = 1;
};

}  // namespace

std::vector<ConfigItem> parse_toml(std::string_view text, const std::string& source) {
  return Reader(text, source).items();
}

std::string toml_value(const std::string& value) {
  const auto number = parse_number(value);
  const auto integer = parse_integer(value);
  if (value == "true" || value == "false" || (integer && std::to_string(*integer) == value) ||
      (number && format_number(*number) == value)) {
    return value;
  }
  std::string text = "\"";
  for (const char c : value) {
    switch (c) {
      case '"':
      case '\\':
        text += cat('\\', c);
        break;
      case '\n':
        text += "\\n";
        break;
      case '\t':
        text += "\\t";
        break;
      case '\r':
        text += "\\r";
        break;
      default:
        text += c;
    }
  }
  return text + '"';
}

}  // namespace onecycle::cli
