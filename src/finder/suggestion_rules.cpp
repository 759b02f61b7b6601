#include <string>
#include <vector>

#include "finder/rules.h"
#include "onecycle/core/error.h"
#include "onecycle/finder/suggest.h"

namespace onecycle {

const std::vector<SuggestionRule>& suggestion_rules() {
  static const std::vector<SuggestionRule> kRules = {
      {"valley", "half way down the longest fall of the loss: safe, often too low",
       "fastai v2, valley", Cut::fastai2, 1,
       "the longest fall is that between the first two points", rules::valley},
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
       "the curve ends before the loss blows up", rules::before_blow_up, /*sees_the_end=*/true},
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

}  // namespace onecycle
