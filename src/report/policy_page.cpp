#include <algorithm>
#include <cmath>
#include <limits>

#include "onecycle/core/text.h"
#include "onecycle/report/policy_comparison.h"
#include "report/curves.h"
#include "report/page.h"

namespace onecycle {
namespace {

/// The median over the runs of what `value_of` says of each epoch, and the range around it. A run
/// that has ended earlier takes no part in later epochs.
template <class Value>
Series median_curve(const PolicyRuns& policy, const PlotOptions& options, const Value& value_of) {
  const auto longest = std::max_element(
      policy.runs.begin(), policy.runs.end(),
      [](const Run& a, const Run& b) { return a.epochs.size() < b.epochs.size(); });
  std::vector<double> median;
  std::vector<double> low;
  std::vector<double> high;
  for (std::size_t e = 0; e < longest->epochs.size(); ++e) {
    std::vector<double> values;
    for (const Run& run : policy.runs) {
      if (e < run.epochs.size() && std::isfinite(value_of(run.epochs[e]))) {
        values.push_back(value_of(run.epochs[e]));
      }
    }
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    const Spread spread = spread_of(std::move(values)).value_or(Spread{kNone, kNone, kNone});
    median.push_back(spread.median);
    low.push_back(spread.low);
    high.push_back(spread.high);
  }
  Series series = thinned(
      policy.policy, median.size(), options, [](std::size_t i) { return static_cast<double>(i); },
      [&](std::size_t i) { return median[i]; });
  for (double& x : series.x) {
    const auto epoch = static_cast<std::size_t>(x);
    series.low.push_back(low[epoch]);
    series.high.push_back(high[epoch]);
    x = static_cast<double>(longest->epochs[epoch].iterations);
  }
  series.style = few_or_many(series.x.size());
  return series;
}

template <class Value>
Plot median_plot(const std::vector<PolicyRuns>& all, std::string title, const PlotOptions& options,
                 const Value& value_of) {
  Plot plot{.title = std::move(title), .x_label = "iteration"};
  plot.y_label = plot.title;
  std::optional<Interval> range;
  for (const PolicyRuns& policy : all) {
    plot.series.push_back(median_curve(policy, options, value_of));
    const Series& series = plot.series.back();
    range = join_ranges(range, join_ranges(bulk_range(series.low), bulk_range(series.high)));
  }
  show_range(plot, range);
  return plot;
}

}  // namespace

std::vector<Plot> policy_plots(const std::vector<PolicyRuns>& all, const PlotOptions& options) {
  const Run& first = all.front().runs.front();
  const bool valid = std::any_of(first.epochs.begin(), first.epochs.end(),
                                 [](const EpochRecord& epoch) { return epoch.valid_loss; });
  std::vector<Plot> plots;
  plots.push_back(median_plot(
      all, valid ? "Validation loss" : "Training loss", options, [&](const EpochRecord& epoch) {
        return valid ? epoch.valid_loss.value_or(std::nan("")) : epoch.train_loss;
      }));
  for (std::size_t m = 0; m < first.metrics.size(); ++m) {
    plots.push_back(median_plot(all, first.metrics[m], options, [&](const EpochRecord& epoch) {
      return m < epoch.metrics.size() ? epoch.metrics[m] : std::nan("");
    }));
  }
  Plot rates{.title = "Learning rate", .x_label = "iteration", .y_label = "learning rate"};
  for (const PolicyRuns& policy : all) {
    const Run& run = policy.runs.front();
    if (auto plot = schedule_plot(GroupField::lr, run.groups, run.values, options)) {
      rates.series.push_back(std::move(plot->series.back()));
      rates.series.back().label = policy.policy;
    }
  }
  plots.push_back(std::move(rates));
  return plots;
}

std::string policy_comparison_html(const std::vector<PolicyRuns>& all,
                                   const PolicyComparison& comparison,
                                   const std::vector<Fact>& settings) {
  Page page;
  page.title = cat(all.size(), all.size() == 1 ? " policy" : " policies side by side");
  page.summary = describe(comparison);
  page.body = cat("<section><h2>Results</h2>\n",
                  table_html(policies_table(comparison),
                             "Medians over the seeds, ranges in brackets; the winner stands out",
                             comparison.results[comparison.winner].policy),
                  "</section>\n<section><h2>Curves</h2>\n<p>The median of the seeds, and around it "
                  "the range from the lowest to the highest.</p>\n");
  for (Plot& plot : policy_plots(all, page_plot_options(4 * all.size()))) {
    page.body += page.picture(std::move(plot));
  }
  page.body += cat("</section>\n", facts_html(settings, "Settings"));
  return page.html();
}

}  // namespace onecycle
