#include "onecycle/report/schedule_words.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "onecycle/core/text.h"

namespace onecycle {
namespace {

enum class Move { stays, rises, falls, leaps };

/// A stretch of iterations over which a value does one thing.
struct Stretch {
  Move move;
  std::int64_t begin;
  std::int64_t end;
};

/// What rounding may make of a value that stands still.
double rounding_of(const std::vector<double>& values) {
  constexpr double kRounding = 1e-12;
  double largest = 0.0;
  for (const double value : values) {
    largest = std::max(largest, std::abs(value));
  }
  return kRounding * largest;
}

std::vector<Stretch> stretches_of(const std::vector<double>& values, const Iterations& jumps) {
  const double rounding = rounding_of(values);
  std::vector<Stretch> stretches;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const auto here = static_cast<std::int64_t>(i);
    const double change = values[i] - values[i - 1];
    Move move = Move::stays;
    if (std::abs(change) > rounding) {
      const bool leap = std::binary_search(jumps.begin(), jumps.end(), here);
      move = leap ? Move::leaps : (change > 0.0 ? Move::rises : Move::falls);
    }
    if (stretches.empty() || stretches.back().move != move || move == Move::leaps) {
      stretches.push_back({move, here - 1, here});
    }
    stretches.back().end = here;
  }
  return stretches;
}

class Teller {
 public:
  explicit Teller(const std::vector<double>& values) : values_(values) {}

  std::string tell(const Stretch& stretch) {
    const std::string from = told_ ? "" : cat(" from ", number(stretch.begin));
    const std::string over = cat(" over iterations ", stretch.begin, "-", stretch.end);
    std::string text;
    switch (stretch.move) {
      case Move::stays:
        text = cat("stays ", leapt_ ? "there" : cat("at ", number(stretch.begin)), over);
        break;
      case Move::rises:
        text = cat("rises", from, " to ", number(stretch.end), over);
        break;
      case Move::falls:
        text = cat("falls", from, " to ", number(stretch.end), over);
        break;
      case Move::leaps:
        text = cat("leaps", from, " to ", number(stretch.end), " at iteration ", stretch.end);
        break;
    }
    told_ = true;
    leapt_ = stretch.move == Move::leaps;
    return text;
  }

 private:
  [[nodiscard]] std::string number(std::int64_t i) const {
    return format_brief(values_[static_cast<std::size_t>(i)]);
  }
  const std::vector<double>& values_;
  bool told_ = false;
  bool leapt_ = false;
};

std::string tell(const std::string& what, const std::vector<double>& values,
                 const Iterations& jumps) {
  constexpr std::size_t kFirst = 5;
  constexpr std::size_t kLast = 2;
  const std::vector<Stretch> stretches = stretches_of(values, jumps);
  Teller teller(values);
  std::string text = cat(what, " ");
  const bool many = stretches.size() > kFirst + kLast + 1;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const std::size_t last = stretches.size() - kLast;
    if (many && i >= kFirst && i < last) {
      if (i == kFirst) {
        text += cat(", and so on, ", last - kFirst, " times");
      }
      continue;
    }
    text +=
        cat(i == 0 ? "" : (many && i == last ? "; at last it " : ", "), teller.tell(stretches[i]));
  }
  return text + ". ";
}

std::string tell_cycles(const Iterations& ends) {
  constexpr std::size_t kMost = 8;
  if (ends.empty()) {
    return "";
  }
  std::vector<std::string> counts;
  for (std::size_t i = 0; i < std::min(ends.size(), kMost); ++i) {
    counts.push_back(cat(ends[i]));
  }
  if (ends.size() > kMost) {
    counts.push_back(cat("... ", ends.back()));
  }
  return ends.size() == 1
             ? cat("A cycle ends after ", counts[0], " updates. ")
             : cat(ends.size(), " cycles end, after ", join(counts, ", "), " updates. ");
}

}  // namespace

std::string describe(const Schedule& schedule, double peak, std::int64_t total) {
  std::vector<double> rates;
  std::vector<double> momenta;
  std::vector<double> decays;
  for (std::int64_t i = 0; i <= total; ++i) {
    const Values values = schedule.at(i, total);
    rates.push_back(peak * values.lr);
    if (values.momentum) {
      momenta.push_back(*values.momentum);
    }
    if (values.weight_decay) {
      decays.push_back(*values.weight_decay);
    }
  }
  const Iterations jumps = schedule.jumps(total);
  std::string text = tell("The rate", rates, jumps);
  // A value that is prescribed for a part of the run only has no story of its own.
  if (momenta.size() == rates.size()) {
    text += tell("Momentum", momenta, jumps);
  }
  if (decays.size() == rates.size()) {
    text += tell("The factor of weight decay", decays, jumps);
  }
  text += tell_cycles(schedule.cycle_ends(total));
  return std::string(trim(text));
}

}  // namespace onecycle
