// The same training under several policies, several seeds each: which one wins, and whether by more
// than the seeds lie apart.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/record/run.h"
#include "onecycle/report/plot.h"
#include "onecycle/report/spread.h"
#include "onecycle/report/table.h"

namespace onecycle {

/// The runs of one policy, one a seed. All have the same budget of iterations.
struct PolicyRuns {
  std::string policy;
  std::vector<Run> runs;
};

/// What policies are compared by.
struct PolicyCriterion {
  /// One of the metrics, or `loss`: validation loss, without a validation set training loss. Always
  /// that after the last epoch, of the last weights.
  std::string metric = "loss";
  bool higher_is_better = false;
  /// The value to reach. Not given: the worst of the policies' medians at the end, which the median
  /// run of each reaches.
  std::optional<double> target = {};
};

/// One policy against the winner.
enum class Standing {
  winner,
  behind,  ///< every run of the winner is better than every run of it
  level    ///< their ranges overlap: the difference is within the spread of the seeds
};

/// A run that diverged counts as the worst there can be, in its loss and in the criterion:
/// infinite, or minus infinite where higher is better. In other metrics it takes no part.
struct PolicyResult {
  std::string policy;
  std::size_t runs = 0;
  std::size_t diverged = 0;
  double highest_lr = 0.0;           ///< of any group and run
  std::optional<Spread> loss = {};   ///< at the end
  std::vector<Spread> metrics = {};  ///< at the end, in the order of `PolicyComparison::metrics`
  std::optional<Spread> iterations = {};     ///< until the criterion reached its target, after the
                                             ///< epoch; infinite if never
  std::optional<Spread> reach_seconds = {};  ///< the same in seconds of training
  std::optional<Spread> seconds = {};        ///< of the whole run
  Standing standing = Standing::level;
};

struct PolicyComparison {
  PolicyCriterion criterion;  ///< with its target
  std::vector<std::string> metrics;
  std::vector<PolicyResult> results;  ///< in the order of the policies
  std::size_t winner = 0;             ///< best median of the criterion; of equals the lowest loss
};

/// Throws a usage error if there are no runs, or no such metric in them.
PolicyComparison compare_policies(const std::vector<PolicyRuns>& all,
                                  const PolicyCriterion& criterion = {});

/// One row a policy: medians, with the range in brackets where there are several runs.
Table policies_table(const PolicyComparison& comparison);

/// One row a run, every digit: for programs.
Table policy_runs_table(const std::vector<PolicyRuns>& all, const PolicyComparison& comparison);

/// Who wins, and against whom that is more than the spread of the seeds, in words.
std::string describe(const PolicyComparison& comparison);

/// Loss and each metric against iterations, the median of the runs with their range around it, and
/// the rate of the first run; one curve a policy.
std::vector<Plot> policy_plots(const std::vector<PolicyRuns>& all, const PlotOptions& options = {});

/// The page: words, table and plots. As safe and small as `report_html`.
std::string policy_comparison_html(const std::vector<PolicyRuns>& all,
                                   const PolicyComparison& comparison,
                                   const std::vector<Fact>& settings);

}  // namespace onecycle
