#include "onecycle/report/policy_comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/report/summary.h"

namespace onecycle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool has_diverged(const Run& run) { return run.end == "diverged" || run.epochs.empty(); }

double worst_if_not_a_number(double value, bool higher_is_better) {
  return std::isnan(value) ? (higher_is_better ? -kInfinity : kInfinity) : value;
}

double loss_after(const EpochRecord& epoch) {
  return worst_if_not_a_number(epoch.valid_loss.value_or(epoch.train_loss), false);
}

/// What a policy is judged by, in one run.
class Measure {
 public:
  Measure(const PolicyCriterion& criterion, const std::vector<std::string>& metrics)
      : higher_(criterion.higher_is_better) {
    if (criterion.metric != "loss") {
      const auto found = std::find(metrics.begin(), metrics.end(), criterion.metric);
      require(found != metrics.end(), ErrorKind::usage, "expected loss or a metric of the runs (",
              join(metrics, ", "), "), got '", criterion.metric, "'");
      metric_ = static_cast<std::size_t>(found - metrics.begin());
    }
  }

  [[nodiscard]] double after(const EpochRecord& epoch) const {
    if (!metric_) {
      return loss_after(epoch);
    }
    return worst_if_not_a_number(
        *metric_ < epoch.metrics.size() ? epoch.metrics[*metric_] : std::nan(""), higher_);
  }

  [[nodiscard]] double at_end(const Run& run) const {
    return has_diverged(run) ? worst_if_not_a_number(std::nan(""), higher_)
                             : after(run.epochs.back());
  }

  [[nodiscard]] bool better(double a, double b) const { return higher_ ? a > b : a < b; }

 private:
  bool higher_;
  std::optional<std::size_t> metric_;
};

template <class Value>
std::optional<Spread> spread_over(const std::vector<Run>& runs, const Value& value_of) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const Run& run : runs) {
    values.push_back(value_of(run));
  }
  return spread_of(std::move(values));
}

double seconds_until(const Run& run, std::size_t epochs) {
  double seconds = 0.0;
  for (std::size_t i = 0; i < std::min(epochs, run.epochs.size()); ++i) {
    seconds += run.epochs[i].seconds;
  }
  return seconds;
}

/// How many epochs it took until `target` was reached; nothing if it never was.
std::optional<std::size_t> epochs_to(const Run& run, const Measure& measure, double target) {
  for (std::size_t i = 0; i < run.epochs.size(); ++i) {
    if (!measure.better(target, measure.after(run.epochs[i]))) {
      return i + 1;
    }
  }
  return std::nullopt;
}

double iterations_to(const Run& run, const Measure& measure, double target) {
  const auto epochs = epochs_to(run, measure, target);
  return epochs ? static_cast<double>(run.epochs[*epochs - 1].iterations) : kInfinity;
}

double seconds_to(const Run& run, const Measure& measure, double target) {
  const auto epochs = epochs_to(run, measure, target);
  return epochs ? seconds_until(run, *epochs) : kInfinity;
}

PolicyResult result_of(const PolicyRuns& policy, const std::vector<std::string>& metrics) {
  const auto& runs = policy.runs;
  PolicyResult result;
  result.policy = policy.policy;
  result.runs = runs.size();
  result.diverged = static_cast<std::size_t>(std::count_if(runs.begin(), runs.end(), has_diverged));
  for (const Run& run : runs) {
    result.highest_lr = std::max(result.highest_lr, highest_rate(run));
  }
  result.loss = spread_over(runs, [](const Run& run) {
    return has_diverged(run) ? kInfinity : loss_after(run.epochs.back());
  });
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    std::vector<double> values;
    for (const Run& run : runs) {
      if (!has_diverged(run) && m < run.epochs.back().metrics.size()) {
        values.push_back(run.epochs.back().metrics[m]);
      }
    }
    std::erase_if(values, [](double value) { return std::isnan(value); });
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    result.metrics.push_back(spread_of(values).value_or(Spread{kNone, kNone, kNone}));
  }
  result.seconds = spread_over(runs, [](const Run& run) { return total_seconds(run); });
  return result;
}

std::string cell(const std::optional<Spread>& spread, std::string (*text)(double)) {
  if (!spread || std::isnan(spread->median)) {
    return "-";
  }
  if (spread->low == spread->high) {
    return text(spread->median);
  }
  return cat(text(spread->median), " [", text(spread->low), ", ", text(spread->high), "]");
}

std::string count_text(double value) {
  return std::isfinite(value) ? format_count(std::llround(value)) : "never";
}

std::string duration_text(double value) {
  return std::isfinite(value) ? format_duration(value) : "never";
}

/// One run, every digit; what there is not is empty.
std::vector<std::string> run_row(const std::string& policy, const Run& run,
                                 const PolicyComparison& comparison, const Measure& measure) {
  const EpochRecord last = run.epochs.empty() ? EpochRecord{} : run.epochs.back();
  std::vector<std::string> row{policy,
                               run.name,
                               run.end,
                               format_number(highest_rate(run)),
                               std::to_string(run.epochs.size()),
                               std::to_string(run.iterations.size()),
                               run.epochs.empty() ? "" : format_number(last.train_loss),
                               last.valid_loss ? format_number(*last.valid_loss) : ""};
  for (std::size_t m = 0; m < comparison.metrics.size(); ++m) {
    row.push_back(m < last.metrics.size() ? format_number(last.metrics[m]) : "");
  }
  const auto epochs = epochs_to(run, measure, *comparison.criterion.target);
  row.push_back(epochs ? std::to_string(run.epochs[*epochs - 1].iterations) : "");
  row.push_back(epochs ? format_number(seconds_until(run, *epochs)) : "");
  row.push_back(format_number(total_seconds(run)));
  return row;
}

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::winner:
      return "winner";
    case Standing::behind:
      return "behind";
    case Standing::level:
      break;
  }
  return "within the spread";
}

std::string criterion_text(const PolicyCriterion& criterion) {
  return cat(criterion.metric, criterion.higher_is_better ? " >= " : " <= ",
             format_brief(criterion.target.value_or(0.0), 4));
}

std::string names_of(const PolicyComparison& comparison, Standing standing) {
  std::vector<std::string> names;
  for (const PolicyResult& result : comparison.results) {
    if (result.standing == standing) {
      names.push_back(result.policy);
    }
  }
  return join(names, ", ");
}

}  // namespace

PolicyComparison compare_policies(const std::vector<PolicyRuns>& all,
                                  const PolicyCriterion& criterion) {
  require(!all.empty() && std::all_of(all.begin(), all.end(),
                                      [](const PolicyRuns& each) { return !each.runs.empty(); }),
          ErrorKind::usage, "expected at least one run of each policy, got none");
  PolicyComparison comparison{.criterion = criterion,
                              .metrics = all.front().runs.front().metrics,
                              .results = {},
                              .winner = 0};
  const Measure measure(criterion, comparison.metrics);
  const auto at_end = [&](const Run& run) { return measure.at_end(run); };
  std::vector<Spread> judged;
  for (const PolicyRuns& policy : all) {
    comparison.results.push_back(result_of(policy, comparison.metrics));
    judged.push_back(*spread_over(policy.runs, at_end));
    const std::size_t last = judged.size() - 1;
    const double median = judged[last].median;
    const double best = judged[comparison.winner].median;
    // Accuracies on few examples are often equal; losses hardly ever.
    if (measure.better(median, best) ||
        (median == best && comparison.results[last].loss->median <
                               comparison.results[comparison.winner].loss->median)) {
      comparison.winner = last;
    }
  }
  double worst = judged.front().median;
  for (const Spread& spread : judged) {
    // What a policy that diverged "reaches" is nothing to ask of the others.
    worst = !std::isfinite(worst) ||
                    (std::isfinite(spread.median) && measure.better(worst, spread.median))
                ? spread.median
                : worst;
  }
  const double target = criterion.target.value_or(worst);
  comparison.criterion.target = target;
  for (std::size_t i = 0; i < all.size(); ++i) {
    PolicyResult& result = comparison.results[i];
    result.iterations = spread_over(
        all[i].runs, [&](const Run& run) { return iterations_to(run, measure, target); });
    result.reach_seconds =
        spread_over(all[i].runs, [&](const Run& run) { return seconds_to(run, measure, target); });
    result.standing = i == comparison.winner                          ? Standing::winner
                      : overlap(judged[i], judged[comparison.winner]) ? Standing::level
                                                                      : Standing::behind;
  }
  return comparison;
}

Table policies_table(const PolicyComparison& comparison) {
  Table table{{"policy", "highest rate", "last loss"}, {}};
  for (const std::string& metric : comparison.metrics) {
    table.header.push_back("last " + metric);
  }
  const std::string target = criterion_text(comparison.criterion);
  table.header.push_back("iterations to " + target);
  table.header.emplace_back("time to it");
  table.header.emplace_back("time");
  table.header.emplace_back("against the winner");
  for (const PolicyResult& result : comparison.results) {
    std::vector<std::string> row{result.policy, format_brief(result.highest_lr),
                                 cell(result.loss, format_cell)};
    for (const Spread& metric : result.metrics) {
      row.push_back(cell(metric, format_cell));
    }
    row.push_back(cell(result.iterations, count_text));
    row.push_back(cell(result.reach_seconds, duration_text));
    row.push_back(cell(result.seconds, duration_text));
    row.push_back(cat(
        name_of(result.standing),
        result.diverged > 0 ? cat("; ", result.diverged, " of ", result.runs, " diverged") : ""));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table policy_runs_table(const std::vector<PolicyRuns>& all, const PolicyComparison& comparison) {
  const Measure measure(comparison.criterion, comparison.metrics);
  Table table{
      {"policy", "run", "end", "highest_lr", "epochs", "iterations", "train_loss", "valid_loss"},
      {}};
  table.header.insert(table.header.end(), comparison.metrics.begin(), comparison.metrics.end());
  for (const char* name : {"iterations_to_target", "seconds_to_target", "seconds"}) {
    table.header.emplace_back(name);
  }
  for (const PolicyRuns& policy : all) {
    for (const Run& run : policy.runs) {
      table.rows.push_back(run_row(policy.policy, run, comparison, measure));
    }
  }
  return table;
}

std::string describe(const PolicyComparison& comparison) {
  const PolicyResult& winner = comparison.results[comparison.winner];
  std::string text =
      cat("Best median of ", comparison.criterion.metric, " at the end: ", winner.policy, ".");
  if (comparison.results.size() == 1) {
    return text;
  }
  const bool one_seed = std::all_of(comparison.results.begin(), comparison.results.end(),
                                    [](const PolicyResult& result) { return result.runs == 1; });
  if (one_seed) {
    return text + " One seed each: how far seeds lie apart is not known, so this may be chance.";
  }
  const std::string behind = names_of(comparison, Standing::behind);
  const std::string level = names_of(comparison, Standing::level);
  if (!behind.empty()) {
    text += cat(" Every run of it is better than every run of ", behind, ".");
  }
  if (!level.empty()) {
    text += cat(" Within the spread of the seeds, so perhaps as good: ", level, ".");
  }
  return text;
}

}  // namespace onecycle
