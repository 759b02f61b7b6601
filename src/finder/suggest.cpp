#include "onecycle/finder/suggest.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "finder/rounding.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

Suggestion answer(const SuggestionRule& rule, double lr) {
  return {std::string(rule.name), lr, {}};
}

Suggestion no_answer(const SuggestionRule& rule, std::string why) {
  return {std::string(rule.name), {}, std::move(why)};
}

void check_lengths(const Curve& curve) {
  require(curve.lr.size() == curve.loss.size(), ErrorKind::usage,
          "finder: curve: expected as many losses as rates, got ", curve.loss.size(), " and ",
          curve.lr.size());
}

/// The rates of a curve must rise for its slopes to mean anything.
std::string fault_of_rates(const Curve& curve) {
  for (std::size_t i = 0; i < curve.lr.size(); ++i) {
    const double lr = curve.lr[i];
    if (!std::isfinite(lr) || lr <= 0.0) {
      return cat("rate ", i, " is ", lr, ": expected finite rates > 0");
    }
    if (i > 0 && lr <= curve.lr[i - 1]) {
      return cat("rate ", i, " (", lr, ") is not above the one before (", curve.lr[i - 1], ")");
    }
  }
  return {};
}

/// A first rate of 0, as in linear sweeps of fastai 0.7, changes nothing.
bool begins_at_zero(const Curve& curve) { return !curve.lr.empty() && curve.lr.front() == 0.0; }

Curve without_first(Curve curve) {
  curve.lr.erase(curve.lr.begin());
  curve.loss.erase(curve.loss.begin());
  return curve;
}

/// The index of the first loss that is not finite; the number of losses if all are.
std::size_t first_not_finite(const Curve& curve) {
  const auto end = std::find_if_not(curve.loss.begin(), curve.loss.end(),
                                    [](double x) { return std::isfinite(x); });
  return static_cast<std::size_t>(end - curve.loss.begin());
}

/// What `rule` looks at, up to the first loss of `curve` that is not finite; `and_it`: with it.
Curve finite_part(const SuggestionRule& rule, const Curve& curve, bool and_it = false) {
  Curve left = cut_curve(curve, rule.cut);
  const std::size_t bad = first_not_finite(curve);
  if (bad < curve.lr.size()) {
    const auto end = and_it ? std::upper_bound(left.lr.begin(), left.lr.end(), curve.lr[bad])
                            : std::lower_bound(left.lr.begin(), left.lr.end(), curve.lr[bad]);
    left.loss.resize(static_cast<std::size_t>(end - left.lr.begin()));
    left.lr.resize(left.loss.size());
  }
  return left;
}

std::string too_short(const SuggestionRule& rule, std::size_t needed, const Curve& whole,
                      const Curve& left) {
  const std::size_t bad = first_not_finite(whole);
  return cat("too few points: ", rule.name, " needs ", needed, ", the curve has ", whole.lr.size(),
             ", of which ", left.lr.size(), left.lr.size() == 1 ? " is" : " are",
             " finite and not cut off at its ends",
             bad < whole.lr.size()
                 ? cat("; the loss is ", whole.loss[bad], " at rate ", format_brief(whole.lr[bad]))
                 : "");
}

/// Why a curve with enough points says nothing about rates; empty if it may say something.
std::string emptiness(const Curve& curve) {
  const auto [low, high] = std::minmax_element(curve.loss.begin(), curve.loss.end());
  const double first = curve.loss.front();
  if (*high - *low <= rounding_of(*low, *high)) {
    return cat("the curve is flat: the loss stays at ", format_brief(*low), " at every rate");
  }
  // However high the loss blows up, a fall before that is a fall.
  if (first - *low <= rounding_of(*low, first)) {
    return "the loss never falls: it is lowest at the smallest rate looked at";
  }
  return {};
}

std::string bad_first_loss(const Curve& curve) {
  const auto is_finite = [](double x) { return std::isfinite(x); };
  const bool any = std::any_of(curve.loss.begin(), curve.loss.end(), is_finite);
  return cat(any ? "the first loss is not finite, so none can be trusted: it is "
                 : "no finite loss: the first is ",
             curve.loss.front());
}

/// What the rule answers for a curve that is cut already and long enough.
Suggestion ask(const SuggestionRule& rule, const Curve& left) {
  const double lr = rule.rate(left.lr, left.loss);
  if (std::isfinite(lr)) {
    return answer(rule, lr);
  }
  return no_answer(rule, rule.silent.empty() || !std::isnan(lr)
                             ? "the rate that it picks is not finite"
                             : std::string(rule.silent));
}

Suggestion suggest_by(const SuggestionRule& rule, const Curve& curve,
                      const std::string& fault_of_curve) {
  if (!fault_of_curve.empty()) {
    return no_answer(rule, fault_of_curve);
  }
  if (!curve.loss.empty() && !std::isfinite(curve.loss.front())) {
    return no_answer(rule, bad_first_loss(curve));
  }
  const Curve left = finite_part(rule, curve);
  // One point shows neither fall nor rise, though some rules would take it.
  const std::size_t needed = std::max<std::size_t>(rule.fewest, 2);
  if (left.lr.size() < needed) {
    return no_answer(rule, too_short(rule, needed, curve, left));
  }
  if (std::string why = emptiness(left); !why.empty()) {
    return no_answer(rule, std::move(why));
  }
  Suggestion suggestion =
      ask(rule, rule.sees_the_end ? finite_part(rule, curve, /*and_it=*/true) : left);
  if (suggestion.lr == 0.0) {
    return no_answer(rule, "a tenth of the rate is too small for a number");
  }
  return suggestion;
}

}  // namespace

Curve curve_of(const FindRecord& record) { return {record.lr, record.smoothed, record.planned}; }

Curve cut_curve(const Curve& curve, Cut cut) {
  check_lengths(curve);
  const auto size = static_cast<std::int64_t>(curve.lr.size());
  std::int64_t first = 0;
  std::int64_t last = 0;
  switch (cut) {
    case Cut::none:
      break;
    case Cut::fastai2:
      first = (curve.planned > 0 ? curve.planned : size) / 10;
      last = 5;
      break;
    case Cut::ten_five:
      first = 10;
      last = 5;
      break;
    case Cut::lightning:
      first = 10;
      last = 1;
      break;
  }
  Curve left{.planned = curve.planned};
  left.lr.reserve(curve.lr.size());
  left.loss.reserve(curve.lr.size());
  for (std::int64_t i = first; i < size - last; ++i) {
    const double loss = curve.loss[static_cast<std::size_t>(i)];
    if (cut == Cut::fastai2 && std::isnan(loss)) {
      break;
    }
    if (cut != Cut::lightning || std::isfinite(loss)) {
      left.lr.push_back(curve.lr[static_cast<std::size_t>(i)]);
      left.loss.push_back(loss);
    }
  }
  return left;
}

Suggestion apply_rule(const SuggestionRule& rule, const Curve& curve) {
  const Curve left = cut_curve(curve, rule.cut);
  if (left.lr.size() < rule.fewest) {
    return no_answer(rule, too_short(rule, rule.fewest, curve, left));
  }
  return ask(rule, left);
}

std::vector<Suggestion> suggest(const Curve& curve, const std::vector<std::string>& rules) {
  check_lengths(curve);
  const Curve rest = begins_at_zero(curve) ? without_first(curve) : Curve{};
  const Curve& looked_at = begins_at_zero(curve) ? rest : curve;
  std::vector<Suggestion> suggestions;
  const std::string fault = fault_of_rates(looked_at);
  if (rules.empty()) {
    for (const SuggestionRule& rule : suggestion_rules()) {
      suggestions.push_back(suggest_by(rule, looked_at, fault));
    }
  }
  for (const std::string& name : rules) {
    suggestions.push_back(suggest_by(find_rule(name), looked_at, fault));
  }
  return suggestions;
}

std::vector<Suggestion> suggest(const FindRecord& record, const std::vector<std::string>& rules) {
  return suggest(curve_of(record), rules);
}

}  // namespace onecycle
