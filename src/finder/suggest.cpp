#include "onecycle/finder/suggest.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "finder/rules.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

// A fall or rise smaller than this part of the loss is rounding.
constexpr double kRounding = 1e-6;

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

/// Everything before the first loss that is not finite.
Curve finite_part(Curve curve) {
  const auto end = std::find_if_not(curve.loss.begin(), curve.loss.end(),
                                    [](double x) { return std::isfinite(x); });
  const auto count = static_cast<std::size_t>(end - curve.loss.begin());
  curve.lr.resize(count);
  curve.loss.resize(count);
  return curve;
}

std::string too_short(const SuggestionRule& rule, const Curve& whole, const Curve& left) {
  return cat("too few points: ", rule.name, " needs ", rule.fewest, ", the curve has ",
             whole.lr.size(), ", of which ", left.lr.size(), left.lr.size() == 1 ? " is" : " are",
             " finite and not cut off at its ends");
}

/// Why a curve with enough points says nothing about rates; empty if it may say something.
std::string emptiness(const Curve& curve) {
  const auto [low, high] = std::minmax_element(curve.loss.begin(), curve.loss.end());
  const double rounding = kRounding * std::max(std::abs(*low), std::abs(*high));
  if (*high - *low <= rounding) {
    return cat("the curve is flat: the loss stays at ", format_brief(*low), " at every rate");
  }
  if (curve.loss.front() - *low <= rounding) {
    return "the loss never falls: it is lowest at the smallest rate looked at";
  }
  return {};
}

/// What the rule answers for a curve that is cut already and long enough.
Suggestion ask(const SuggestionRule& rule, const Curve& left) {
  const double lr = rule.rate(left.lr, left.loss);
  return std::isnan(lr) ? no_answer(rule, std::string(rule.silent)) : answer(rule, lr);
}

Suggestion suggest_by(const SuggestionRule& rule, const Curve& curve,
                      const std::string& fault_of_curve) {
  if (!fault_of_curve.empty()) {
    return no_answer(rule, fault_of_curve);
  }
  if (!curve.loss.empty() && !std::isfinite(curve.loss.front())) {
    return no_answer(rule, cat("no finite loss: the first is ", curve.loss.front()));
  }
  const Curve left = finite_part(cut_curve(curve, rule.cut));
  if (left.lr.size() < std::max<std::size_t>(rule.fewest, 2)) {
    return no_answer(rule, too_short(rule, curve, left));
  }
  if (std::string why = emptiness(left); !why.empty()) {
    return no_answer(rule, std::move(why));
  }
  return ask(rule, left);
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

const std::vector<SuggestionRule>& suggestion_rules() {
  static const std::vector<SuggestionRule> kRules = {
      {"valley",
       "half way down the longest fall of the loss: safe, often too low",
       "fastai v2, valley",
       Cut::fastai2,
       1,
       {},
       rules::valley},
      {"slide",
       "where the slope settles, seen from the end over 15 points",
       "fastai v2, slide",
       Cut::fastai2,
       16,
       {},
       rules::slide},
      {"steep",
       "the steepest fall per logarithm of the rate: near the edge",
       "fastai v2, steep",
       Cut::fastai2,
       2,
       {},
       rules::steep},
      {"minimum",
       "a tenth of the rate with the lowest loss",
       "fastai v2, minimum",
       Cut::fastai2,
       1,
       {},
       rules::minimum},
      {"fastai1",
       "the steepest fall per iteration",
       "fastai v1, Recorder.plot, min_grad_lr",
       Cut::ten_five,
       2,
       {},
       rules::steepest_fall},
      {"fastai1_minimum",
       "a tenth of the rate with the lowest loss",
       "fastai v1, Recorder.plot, ml_tmp",
       Cut::ten_five,
       1,
       {},
       rules::minimum},
      {"torch_lr_finder",
       "the steepest fall per iteration",
       "torch-lr-finder, LRFinder.plot",
       Cut::ten_five,
       2,
       {},
       rules::steepest_fall},
      {"ignite", "the steepest fall per iteration before the lowest loss",
       "pytorch-ignite, FastaiLRFinder.lr_suggestion", Cut::none, 3,
       "the loss is lowest at one of the first two rates", rules::ignite},
      {"lightning",
       "the steepest fall per unit of the rate: far too low on exponential sweeps",
       "Lightning, _LRFinder.suggestion",
       Cut::lightning,
       2,
       {},
       rules::lightning},
      {"before_blow_up", "a tenth of the last rate before the loss diverges",
       "Smith, arXiv 1803.09820, the largest usable rate", Cut::none, 2,
       "the loss does not blow up; a higher end_lr would show where it does",
       rules::before_blow_up},
  };
  return kRules;
}

const SuggestionRule& find_rule(std::string_view name) {
  std::vector<std::string> names;
  for (const SuggestionRule& rule : suggestion_rules()) {
    if (rule.name == name) {
      return rule;
    }
    names.emplace_back(rule.name);
  }
  fail(ErrorKind::usage, "unknown suggestion rule '", name, "'", suggest_name(name, names));
}

Suggestion apply_rule(const SuggestionRule& rule, const Curve& curve) {
  const Curve left = cut_curve(curve, rule.cut);
  if (left.lr.size() < rule.fewest) {
    return no_answer(rule, too_short(rule, curve, left));
  }
  return ask(rule, left);
}

std::vector<Suggestion> suggest(const Curve& curve, const std::vector<std::string>& rules) {
  check_lengths(curve);
  std::vector<Suggestion> suggestions;
  const std::string fault = fault_of_rates(curve);
  if (rules.empty()) {
    for (const SuggestionRule& rule : suggestion_rules()) {
      suggestions.push_back(suggest_by(rule, curve, fault));
    }
  }
  for (const std::string& name : rules) {
    suggestions.push_back(suggest_by(find_rule(name), curve, fault));
  }
  return suggestions;
}

std::vector<Suggestion> suggest(const FindRecord& record, const std::vector<std::string>& rules) {
  return suggest(curve_of(record), rules);
}

}  // namespace onecycle
