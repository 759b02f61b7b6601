// The notation for schedules, by recursive descent: parts := product [for SPAN] {then ...},
// product := atom {* atom}, atom := NAME [(option=value, ...)] | ( parts ).

#include <cctype>
#include <utility>

#include "onecycle/schedule/catalogue.h"
#include "onecycle/schedule/compose.h"

namespace onecycle {
namespace {

constexpr int kDeepest = 64;  // nested parentheses; far beyond use, far below the stack's end

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Schedule parse() {
    Schedule schedule = parts(0);
    if (!at_end()) {
      refuse("'then', '*', 'for' or the end");
    }
    return schedule;
  }

 private:
  Schedule parts(int depth) {
    std::vector<Part> list;
    do {
      Schedule schedule = product(depth);
      list.push_back({std::move(schedule), word("for") ? span() : Span::rest()});
    } while (word("then"));
    const bool single = list.size() == 1 && list.front().span.is_rest();
    return single ? list.front().schedule : guarded([&] { return sequence(std::move(list)); });
  }

  Schedule product(int depth) {
    std::vector<Schedule> factors{atom(depth)};
    while (symbol('*')) {
      factors.push_back(atom(depth));
    }
    return factors.size() == 1 ? factors.front() : onecycle::product(std::move(factors));
  }

  Schedule atom(int depth) {
    if (symbol('(')) {
      if (depth >= kDeepest) {
        refuse(cat("at most ", kDeepest, " nested parentheses"));
      }
      Schedule inner = parts(depth + 1);
      expect(')');
      return inner;
    }
    start_ = (skip_blanks(), position_);
    const std::string name = identifier("the name of a policy");
    const std::size_t name_at = start_;
    std::vector<Setting> settings;
    if (symbol('(') && !symbol(')')) {
      do {
        settings.push_back(option());
      } while (symbol(','));
      expect(')');
    }
    start_ = name_at;
    return guarded([&] { return find_policy(name).make(settings); });
  }

  Setting option() {
    std::string name = identifier("the name of an option");
    expect('=');
    skip_blanks();
    const std::size_t begin = position_;
    while (position_ < text_.size() && text_[position_] != ',' && text_[position_] != ')') {
      ++position_;
    }
    const auto value = trim(text_.substr(begin, position_ - begin));
    if (value.empty()) {
      refuse("a value");
    }
    return {std::move(name), std::string(value)};
  }

  Span span() {
    skip_blanks();
    start_ = position_;
    std::size_t end = position_;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 ||
                                  text_[end] == '.' || text_[end] == '+' || text_[end] == '-')) {
      ++end;
    }
    const auto number = text_.substr(position_, end - position_);
    const bool percent = end < text_.size() && text_[end] == '%';
    if (percent) {
      const auto share = parse_number(number);
      if (!share || !(*share / 100.0 > 0.0) || *share > 100.0) {
        refuse("a share above 0% and up to 100%");
      }
      position_ = end + 1;
      return Span::share(*share / 100.0);
    }
    const auto count = parse_integer(number);
    if (!count || *count < 1) {
      refuse("a share such as 5% or a number of iterations >= 1");
    }
    position_ = end;
    return Span::iterations(*count);
  }

  std::string identifier(std::string_view expected) {
    skip_blanks();
    const std::size_t begin = position_;
    while (position_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[position_])) != 0 ||
            text_[position_] == '_')) {
      ++position_;
    }
    if (begin == position_) {
      refuse(expected);
    }
    return std::string(text_.substr(begin, position_ - begin));
  }

  bool word(std::string_view expected) {
    skip_blanks();
    const auto after = position_ + expected.size();
    if (text_.substr(position_, expected.size()) != expected ||
        (after < text_.size() &&
         (std::isalnum(static_cast<unsigned char>(text_[after])) != 0 || text_[after] == '_'))) {
      return false;
    }
    position_ = after;
    return true;
  }

  bool symbol(char expected) {
    skip_blanks();
    if (position_ >= text_.size() || text_[position_] != expected) {
      return false;
    }
    ++position_;
    return true;
  }

  void expect(char expected) {
    if (!symbol(expected)) {
      refuse(cat("'", expected, "'"));
    }
  }

  void skip_blanks() {
    while (position_ < text_.size() &&
           std::isspace(static_cast<unsigned char>(text_[position_])) != 0) {
      ++position_;
    }
  }

  bool at_end() {
    skip_blanks();
    return position_ >= text_.size();
  }

  /// Runs `make`; its usage errors get the column of what is being made.
  template <class Make>
  Schedule guarded(Make make) {
    try {
      return make();
    } catch (const Error& error) {
      fail(ErrorKind::usage, "schedule '", text_, "', column ", start_ + 1, ": ", error.what());
    }
  }

  [[noreturn]] void refuse(std::string_view expected) {
    skip_blanks();
    const std::string got =
        position_ < text_.size() ? cat("'", text_.substr(position_), "'") : "the end of the text";
    fail(ErrorKind::usage, "schedule '", text_, "', column ", position_ + 1, ": expected ",
         expected, ", got ", got);
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t start_ = 0;  // where the thing being made begins
};

}  // namespace

Schedule parse_schedule(std::string_view text) { return Parser(text).parse(); }

}  // namespace onecycle
