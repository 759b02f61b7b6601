// Learning rates read off a finder's curve, by the rules that the field uses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/record/run.h"

namespace onecycle {

/// A finder's curve: loss (smoothed, if it was) against rate.
struct Curve {
  std::vector<double> lr = {};    ///< positive, rising; the first may be 0
  std::vector<double> loss = {};  ///< as many
  std::int64_t planned = 0;  ///< iterations of the whole sweep, if it ended early; 0: as recorded
};

/// The smoothed curve of a record.
Curve curve_of(const FindRecord& record);

/// The points that a rule leaves out before it looks.
enum class Cut {
  none,
  fastai2,   ///< the first planned/10, the last 5, and all from the first NaN on
  ten_five,  ///< the first 10 and the last 5 (fastai v1, torch-lr-finder)
  lightning  ///< the first 10, the last 1, and all points that are not finite
};

/// What is left of `curve`; nothing if it is shorter than what is cut.
Curve cut_curve(const Curve& curve, Cut cut);

/// A rule by name.
struct SuggestionRule {
  std::string_view name;
  std::string_view meaning;  ///< one line
  std::string_view source;
  Cut cut = Cut::none;
  std::size_t fewest = 2;        ///< points that it needs after the cut
  std::string_view silent = {};  ///< why it may have no answer for enough points
  /// The rule itself, on two equally long lists of at least `fewest` numbers: what the peer
  /// answers, sensible or not. NaN where the rule has no answer.
  double (*rate)(std::span<const double> lr, std::span<const double> loss) = nullptr;
  bool sees_the_end = false;  ///< `suggest` shows it the first loss that is not finite, too
};

/// All rules, in the order in which help and documents show them. A new rule is one entry here.
const std::vector<SuggestionRule>& suggestion_rules();

/// The rule called `name`. Throws a usage error that names the nearest if there is none.
const SuggestionRule& find_rule(std::string_view name);

/// What `rule` answers for `curve`, after its cut, as the peer would. Nothing, and why, only where
/// the peer fails. Throws a usage error if there are not as many losses as rates.
Suggestion apply_rule(const SuggestionRule& rule, const Curve& curve);

/// Suggestions to be trusted as far as the rules can be: a rule answers nothing, and says why,
/// if the curve is too short for it, flat, never falls, has rates that do not rise, or a first loss
/// that is not finite; and nothing after the first loss that is not finite is looked at. A first
/// rate of 0 is passed over. An answer lies between a tenth of the lowest rate and the highest.
/// `rules` by name; empty: all. Throws a usage error for an unknown rule, and if there are not as
/// many losses as rates.
std::vector<Suggestion> suggest(const Curve& curve, const std::vector<std::string>& rules = {});
std::vector<Suggestion> suggest(const FindRecord& record,
                                const std::vector<std::string>& rules = {});

/// What several curves of the same training, from several seeds, suggest by one rule. One curve is
/// one sample: rates from different seeds lie 3 to 100 times apart.
struct Agreement {
  std::string rule;
  std::optional<double> lr = {};  ///< median on a log scale (the lower of two); nothing if no curve
                                  ///< has an answer
  double spread = 1.0;            ///< largest rate over smallest
  std::size_t answered = 0;       ///< curves with an answer
  std::size_t asked = 0;          ///< curves
};

/// `runs[i]`: the suggestions of curve i. Rules in the order of their first appearance.
std::vector<Agreement> agree(const std::vector<std::vector<Suggestion>>& runs);

}  // namespace onecycle
