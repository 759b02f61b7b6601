#include "onecycle/schedule/compose.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace onecycle {
namespace {

/// Whether `word` stands in `text` outside all parentheses.
bool stands_outside(std::string_view text, std::string_view word) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    if (depth == 0 && text.substr(i).starts_with(word)) {
      return true;
    }
  }
  return false;
}

/// The notation of one part of a sequence, in parentheses only where it needs them: else the text
/// of a deeply nested schedule could be nested more deeply than the parser allows.
std::string part_text(const Schedule& schedule) {
  std::string text = schedule.text();
  const bool sequence = stands_outside(text, " then ") || stands_outside(text, " for ");
  return sequence ? cat("(", text, ")") : text;
}

/// The same for a factor of a product.
std::string factor_text(const Schedule& schedule) {
  std::string text = part_text(schedule);
  return stands_outside(text, " * ") ? cat("(", text, ")") : text;
}

class Sequence final : public detail::AnySchedule {
 public:
  explicit Sequence(std::vector<Part> parts) : parts_(std::move(parts)) {
    require(!parts_.empty(), ErrorKind::usage, "sequence: expected at least one part, got none");
    double shares = 0.0;
    for (const Part& part : parts_) {
      require(part.span.fraction() >= 0.0 && part.span.count() >= 0, ErrorKind::usage,
              "sequence: expected spans that are not negative, got ",
              part.span.fraction() < 0.0 ? cat(part.span.fraction()) : cat(part.span.count()));
      shares += part.span.fraction();
      rests_ += part.span.is_rest() ? 1 : 0;
    }
    require(shares <= 1.0 + 1e-9, ErrorKind::usage,
            "sequence: expected shares that add up to at most 100 %, got ", 100.0 * shares, " %");
  }

  [[nodiscard]] Values at(Position position) const override {
    // Walked anew each time: parts are few, and a cache would make the function stateful.
    std::int64_t start = 0;
    Walk walk = begin(position.total);
    for (std::size_t i = 0;; ++i) {
      const std::int64_t length = next_length(parts_[i].span, walk);
      // `start + length` would overflow where counts are as large as they can be.
      if (position.iteration - start < length || i + 1 == parts_.size()) {
        return parts_[i].schedule.at(std::max<std::int64_t>(0, position.iteration - start),
                                     std::max<std::int64_t>(1, length));
      }
      start += length;
    }
  }

  [[nodiscard]] std::string text() const override {
    std::vector<std::string> pieces;
    for (const Part& part : parts_) {
      std::string piece = part_text(part.schedule);
      if (part.span.count() > 0) {
        piece += cat(" for ", part.span.count());
      } else if (!part.span.is_rest()) {
        piece += cat(" for ", 100.0 * part.span.fraction(), "%");
      }
      pieces.push_back(std::move(piece));
    }
    return join(pieces, " then ");
  }

 private:
  /// What the parts before have taken.
  struct Walk {
    std::int64_t total;
    std::int64_t left;  // iterations for all parts called `rest`
    double share = 0.0;
    std::int64_t rests_before = 0;
  };

  [[nodiscard]] Walk begin(std::int64_t total) const {
    std::int64_t counted = 0;
    double share = 0.0;
    for (const Part& part : parts_) {
      counted += std::min(part.span.count(), total - counted);  // the rest is cut off
      share += part.span.fraction();
    }
    return {total, std::max<std::int64_t>(0, total - counted - rounded(share, total))};
  }

  [[nodiscard]] std::int64_t next_length(const Span& span, Walk& walk) const {
    if (span.is_rest()) {
      const std::int64_t i = walk.rests_before++;
      return rest_before(i + 1, walk.left) - rest_before(i, walk.left);
    }
    const std::int64_t before = rounded(walk.share, walk.total);
    walk.share += span.fraction();
    return span.count() + (rounded(walk.share, walk.total) - before);
  }

  /// What the first `i` parts called `rest` get of `left`: floor(left i / rests), without the
  /// product, which overflows.
  [[nodiscard]] std::int64_t rest_before(std::int64_t i, std::int64_t left) const {
    return left / rests_ * i + left % rests_ * i / rests_;
  }

  static std::int64_t rounded(double share, std::int64_t total) {
    return share >= 1.0 ? total : std::llround(share * static_cast<double>(total));
  }

  std::vector<Part> parts_;
  std::int64_t rests_ = 0;
};

class Product final : public detail::AnySchedule {
 public:
  explicit Product(std::vector<Schedule> factors) : factors_(std::move(factors)) {
    require(!factors_.empty(), ErrorKind::usage, "product: expected at least one factor, got none");
  }

  [[nodiscard]] Values at(Position position) const override {
    Values values;
    for (const Schedule& factor : factors_) {
      const Values own = factor.at(position.iteration, position.total);
      values.lr *= own.lr;
      if (own.momentum) {
        values.momentum = own.momentum;
      }
    }
    return values;
  }

  [[nodiscard]] std::string text() const override {
    std::vector<std::string> pieces;
    pieces.reserve(factors_.size());
    for (const Schedule& factor : factors_) {
      pieces.push_back(factor_text(factor));
    }
    return join(pieces, " * ");
  }

 private:
  std::vector<Schedule> factors_;
};

}  // namespace

Schedule sequence(std::vector<Part> parts) {
  return Schedule(std::make_shared<const Sequence>(std::move(parts)));
}

Schedule product(std::vector<Schedule> factors) {
  return Schedule(std::make_shared<const Product>(std::move(factors)));
}

}  // namespace onecycle
