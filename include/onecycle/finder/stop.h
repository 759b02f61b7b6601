// When a learning-rate sweep ends early, and why, in words.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace onecycle {

/// Why a sweep ended.
enum class StopReason {
  completed,   ///< all rates were tried
  diverged,    ///< the loss rose too far above its lowest value
  non_finite,  ///< the loss was not a number, or infinite
  interrupted  ///< the user ended it
};
constexpr std::array<std::string_view, 4> names_of(StopReason) {
  return {"completed", "diverged", "non_finite", "interrupted"};
}

/// When to stop. After each iteration the watched loss S (smoothed, or raw) updates the lowest
/// value so far; then the sweep has diverged if
///
/// - all losses were positive so far: S > factor * lowest (fastai's rule, to the digit);
/// - a loss was 0 or negative (a multiple means nothing then): S - lowest > factor * spread, where
///   spread is the largest minus the smallest raw loss up to the iteration of the lowest S, and at
///   least over the first 10 iterations. A spread below a millionth of the largest loss counts as
///   that millionth, so that rounding does not look like a rise.
///
/// The first raw or smoothed loss that is not finite ends the sweep as well. The defaults are ours;
/// the last six members describe peers (see `finder_setups`).
struct StopRule {
  bool divergence = true;  ///< stop when the loss has diverged
  double factor = 4.0;     ///< at least 1
  bool non_finite = true;  ///< stop at the first loss that is not finite

  bool any_sign = true;      ///< false: S > factor * lowest whatever the sign (all peers)
  bool watch_raw = false;    ///< S is the raw loss (fastai 0.7)
  bool judge_first = false;  ///< compare before the lowest is updated (Lightning, notebook, 0.7)
  std::int64_t lowest_from = 0;  ///< the first iteration that may be the lowest (fastai 0.7: 11)
  bool keep_diverged = true;     ///< the point that diverged belongs to the curve
  bool keep_non_finite = false;  ///< so does the point that is not finite (fastai v1)
  bool only_nan = false;         ///< infinity counts as a number (fastai v1)
};

/// Follows the losses of one sweep.
class StopDetector {
 public:
  /// Throws a usage error if `rule.factor` is not a finite number of at least 1.
  explicit StopDetector(StopRule rule = {});

  /// Takes the losses of the next iteration, which ran at rate `lr`. True: the sweep ends here.
  bool add(double lr, double raw, double smoothed);

  /// Notes that the user ended the sweep.
  void interrupt();

  [[nodiscard]] StopReason reason() const { return reason_; }

  /// Whether the last point taken belongs to the curve.
  [[nodiscard]] bool keeps_last() const;

  /// Why the sweep ended, as in `the smoothed loss rose above 4 times its lowest value (0.31) at
  /// iteration 87 (rate 1.2)`. For a sweep that tried all rates, also what the curve lacks, or what
  /// the rule let pass.
  [[nodiscard]] std::string describe() const;

 private:
  /// The smallest and largest loss of a stretch.
  struct Extent {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    void include(double x);
    [[nodiscard]] double spread() const { return high - low; }
    [[nodiscard]] double rounding() const;  // what rounding may make of its numbers
  };

  /// An iteration, to be told about.
  struct Event {
    std::int64_t iteration = 0;
    double lr = 0.0;
    double raw = 0.0;
    double smoothed = 0.0;
    [[nodiscard]] std::string where() const;
    [[nodiscard]] std::string describe_non_finite() const;
  };

  [[nodiscard]] bool counts_as_number(double loss) const;
  [[nodiscard]] double watched(const Event& event) const;
  [[nodiscard]] bool diverged(double watched) const;
  [[nodiscard]] double spread() const;
  void update_lowest(double watched);
  [[nodiscard]] std::string describe_rise() const;
  [[nodiscard]] std::string describe_completed() const;

  StopRule rule_;
  StopReason reason_ = StopReason::completed;
  std::int64_t count_ = 0;
  Event last_;
  std::optional<Event> non_finite_ = {};  // the first loss that was not finite
  std::optional<Event> rise_ = {};        // the first that had diverged
  double first_ = 0.0;                    // the first watched loss
  std::optional<double> lowest_ = {};
  std::int64_t lowest_at_ = 0;
  bool all_positive_ = true;
  Extent seen_;         // raw losses so far
  Extent before_rise_;  // raw losses up to the lowest, at least those of the first iterations
  Extent watched_;
};

}  // namespace onecycle
