// The notation for schedules, by recursive descent:
//   whole := parts {with NAME = chain}          part  := chain [for LENGTH]
//   parts := laid {then laid}                   chain := product {& product}
//   laid  := part [over chain]                  product := atom {* atom}
//   atom  := NAME [( [LENGTH] {, option=value} )] | ( whole )

#include <cctype>
#include <cmath>
#include <utility>

#include "onecycle/schedule/catalogue.h"
#include "onecycle/schedule/json.h"
#include "onecycle/schedule/outline.h"
#include "onecycle/schedule/plateaus.h"

namespace onecycle {
namespace {

using Kind = Outline::Kind;

constexpr int kDeepest = 64;  // nested parentheses; far beyond use, far below the stack's end

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

class Parser {
 public:
  /// `what`: what the text is called in messages.
  Parser(std::string_view text, std::string_view what) : text_(text), what_(what) {}

  /// A name with its options, and nothing else.
  Outline parse_one(std::string_view expected) {
    Outline outline = named(expected, 0);
    if (!at_end()) {
      refuse("the end");
    }
    return outline;
  }

  Outline parse() {
    Outline outline = whole(0);
    if (!at_end()) {
      refuse("'then', 'over', '*', '&', 'for', 'with' or the end");
    }
    return outline;
  }

 private:
  Outline whole(int depth) {
    Outline outline = parts(depth);
    while (word("with")) {
      Outline with{.kind = Kind::with, .place = place()};
      with.name = identifier("the name of a hyper-parameter");
      expect('=');
      with.parts.push_back(std::move(outline));
      with.parts.push_back(chain(depth));
      outline = std::move(with);
    }
    return outline;
  }

  Outline parts(int depth) {
    Outline sequence{.kind = Kind::sequence, .place = place()};
    do {
      sequence.parts.push_back(laid(depth));
    } while (word("then"));
    return sequence.parts.size() == 1 ? Outline(std::move(sequence.parts[0])) : sequence;
  }

  Outline laid(int depth) {
    Outline head = part(depth);
    if (!word("over")) {
      return head;
    }
    Outline over{.kind = Kind::over, .place = head.place};
    over.parts.push_back(std::move(head));
    over.parts.push_back(chain(depth));
    return over;
  }

  Outline part(int depth) {
    Outline outline = chain(depth);
    if (word("for")) {
      if (!outline.length.is_rest()) {
        refuse_at(position_ - 3, "one length: in parentheses or after 'for'");
      }
      outline.length = length();
    }
    return outline;
  }

  Outline chain(int depth) {
    return joined(Kind::chain, '&', [&] { return product(depth); });
  }
  Outline product(int depth) {
    return joined(Kind::product, '*', [&] { return atom(depth); });
  }

  template <class Next>
  Outline joined(Kind kind, char separator, Next next) {
    Outline all{.kind = kind, .place = place()};
    all.parts.push_back(next());
    while (symbol(separator)) {
      all.parts.push_back(next());
    }
    return all.parts.size() == 1 ? Outline(std::move(all.parts[0])) : all;
  }

  Outline atom(int depth) {
    if (symbol('(')) {
      too_deep(depth);
      Outline inner = whole(depth + 1);
      expect(')');
      return inner;
    }
    return named("the name of a policy", depth);
  }

  Outline named(std::string_view expected, int depth) {
    Outline policy{.place = place()};
    policy.name = identifier(expected);
    if (symbol('(') && !symbol(')')) {
      do {
        argument(policy, depth);
      } while (symbol(','));
      expect(')');
    }
    return policy;
  }

  /// `option=value`, or, first of all, a length.
  void argument(Outline& policy, int depth) {
    skip_blanks();
    const bool numeric = position_ < text_.size() &&
                         (text_[position_] == '.' || text_[position_] == '-' ||
                          std::isdigit(static_cast<unsigned char>(text_[position_])) != 0);
    if (numeric && policy.settings.empty() && policy.length.is_rest()) {
      too_deep(depth);  // `A(5%)` may have to be written `(A for 5%)`
      policy.length = length();
      return;
    }
    const std::string at = place();
    std::string name = identifier("the name of an option");
    expect('=');
    policy.settings.push_back({std::move(name), value(), at});
  }

  /// Up to the next comma or parenthesis that is not in brackets.
  std::string value() {
    skip_blanks();
    const std::size_t begin = position_;
    const bool list = position_ < text_.size() && text_[position_] == '[';
    const std::string_view ends = list ? "]" : ",)";
    while (position_ < text_.size() && ends.find(text_[position_]) == std::string_view::npos) {
      ++position_;
    }
    if (list) {
      expect(']');
    }
    const auto read = trim(text_.substr(begin, position_ - begin));
    if (read.empty()) {
      refuse("a value");
    }
    return std::string(read);
  }

  Length length() {
    skip_blanks();
    const std::size_t begin = position_;
    const auto belongs = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '+' || c == '-';
    };
    while (position_ < text_.size() && belongs(text_[position_])) {
      ++position_;
    }
    if (position_ < text_.size() && text_[position_] == '%') {
      ++position_;
    }
    const auto read = Length::parse(text_.substr(begin, position_ - begin));
    const bool whole = read && read->amount() == std::floor(read->amount());
    if (!read || !kSomeLength.contains(read->amount()) || !(read->is_share() || whole)) {
      refuse_at(begin, "a share above 0% and up to 100%, or a whole number of iterations >= 1");
    }
    return *read;
  }

  void too_deep(int depth) {
    if (depth >= kDeepest) {
      refuse(cat("at most ", kDeepest, " nested parentheses"));
    }
  }

  std::string identifier(std::string_view expected) {
    skip_blanks();
    const std::size_t begin = position_;
    while (position_ < text_.size() && is_word(text_[position_])) {
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
        (after < text_.size() && is_word(text_[after]))) {
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

  /// Of what comes next.
  std::string place() {
    skip_blanks();
    return cat("column ", position_ + 1);
  }

  [[noreturn]] void refuse(std::string_view expected) {
    skip_blanks();
    refuse_at(position_, expected);
  }

  [[noreturn]] void refuse_at(std::size_t position, std::string_view expected) {
    const std::string got =
        position < text_.size() ? cat("'", text_.substr(position), "'") : "the end of the text";
    fail(ErrorKind::usage, what_, " '", text_, "', column ", position + 1, ": expected ", expected,
         ", got ", got);
  }

  std::string_view text_;
  std::string_view what_;
  std::size_t position_ = 0;
};

}  // namespace

Schedule parse_schedule(std::string_view text) {
  if (trim(text).starts_with('{')) {
    return schedule_from_json(text, "schedule");
  }
  return make_schedule(Parser(text, "schedule").parse(), cat("schedule '", text, "'"));
}

Outline parse_named(std::string_view text, std::string_view what, std::string_view article) {
  return Parser(text, what).parse_one(cat("the name of ", article, " ", what));
}

PlateauOptions parse_plateau(std::string_view text) {
  return make_plateau(parse_named(text, "plateau"), cat("plateau '", text, "'"));
}

}  // namespace onecycle
