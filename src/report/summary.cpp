#include "onecycle/report/summary.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "onecycle/core/text.h"
#include "onecycle/finder/suggest.h"
#include "record/phases.h"

namespace onecycle {
namespace {

std::string plural(std::int64_t count, const std::string& noun) {
  const std::string ending = noun.ends_with("batch") ? "es" : "s";
  return cat(format_count(count), " ", noun, count == 1 ? "" : ending);
}

std::int64_t total_batches(const Run& run) {
  std::int64_t batches = 0;
  for (const auto& record : run.iterations) {
    batches += record.batches;
  }
  return batches;
}

std::string extent(const Run& run) {
  const auto iterations = static_cast<std::int64_t>(run.iterations.size());
  const std::int64_t batches = total_batches(run);
  return cat(plural(static_cast<std::int64_t>(run.epochs.size()), "epoch"), ", ",
             plural(iterations, "iteration"), " (weight updates",
             batches == iterations ? std::string(", one batch each")
                                   : cat(" from ", plural(batches, "batch")),
             ") in ", format_duration(total_seconds(run)), ".");
}

std::string outcome(const Run& run, const EpochRecord& epoch) {
  std::string text = cat("training loss ", format_cell(epoch.train_loss));
  if (epoch.valid_loss) {
    text += cat(", validation loss ", format_cell(*epoch.valid_loss));
  }
  for (std::size_t m = 0; m < std::min(run.metrics.size(), epoch.metrics.size()); ++m) {
    text += cat(", ", run.metrics[m], " ", format_cell(epoch.metrics[m]));
  }
  return text;
}

std::vector<std::string> rates_row(const Run& run, std::size_t group) {
  const std::size_t count = run.values.size() / run.groups.size();
  std::size_t peak = 0;
  double lowest_momentum = run.at(0, group).momentum;
  for (std::size_t i = 0; i < count; ++i) {
    peak = run.at(i, group).lr > run.at(peak, group).lr ? i : peak;
    lowest_momentum = std::min(lowest_momentum, run.at(i, group).momentum);
  }
  return {run.groups[group],
          format_brief(run.at(0, group).lr),
          format_brief(run.at(peak, group).lr),
          std::to_string(peak),
          format_brief(run.at(count - 1, group).lr),
          format_brief(run.at(0, group).momentum),
          format_brief(lowest_momentum),
          format_brief(run.at(count - 1, group).momentum)};
}

}  // namespace

double total_seconds(const Run& run) {
  double seconds = 0.0;
  for (const EpochRecord& epoch : run.epochs) {
    seconds += epoch.seconds;
  }
  return seconds;
}

double highest_rate(const Run& run) {
  double highest = 0.0;
  for (const GroupValues& values : run.values) {
    highest = std::max(highest, values.lr);
  }
  return highest;
}

std::optional<std::size_t> best_epoch(const Run& run) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < run.epochs.size(); ++i) {
    const auto& loss = run.epochs[i].valid_loss;
    if (loss && std::isfinite(*loss) && (!best || *loss < *run.epochs[*best].valid_loss)) {
      best = i;
    }
  }
  return best;
}

std::string describe(const Run& run) {
  if (run.epochs.empty()) {
    return run.iterations.empty()
               ? std::string("No training was recorded.")
               : cat(plural(static_cast<std::int64_t>(run.iterations.size()), "iteration"),
                     ", no epoch was finished.");
  }
  std::string text = extent(run);
  const auto best = best_epoch(run);
  if (best && *best + 1 < run.epochs.size()) {
    text += cat(" The lowest validation loss came after epoch ", run.epochs[*best].epoch + 1, ": ",
                outcome(run, run.epochs[*best]), ".");
  }
  return cat(text, " At the end: ", outcome(run, run.epochs.back()), ".");
}

std::string describe(const FindRecord& find) {
  if (find.lr.empty()) {
    return find.stopped.empty() ? "No rate was tried."
                                : cat("No rate has a usable loss: ", find.stopped, ".");
  }
  const auto iterations = static_cast<std::int64_t>(find.lr.size());
  std::string text = cat(plural(iterations, "rate"), " from ", format_brief(find.lr.front()),
                         " to ", format_brief(find.lr.back()), ", one iteration each");
  if (find.batches > 0) {
    text += cat(" (", plural(find.batches, "batch"), ", ", format_brief(find.epochs), " epochs)");
  }
  return text + (find.stopped.empty() ? "." : cat(". It ended because ", find.stopped, "."));
}

Table epochs_table(const Run& run, std::size_t limit) {
  Table table{{"epoch", "train loss", "valid loss"}, {}};
  table.header.insert(table.header.end(), run.metrics.begin(), run.metrics.end());
  table.header.emplace_back("time");
  const auto best = best_epoch(run);
  limit = std::max<std::size_t>(limit, 1);
  const std::size_t step = std::max<std::size_t>((run.epochs.size() + limit - 1) / limit, 1);
  for (std::size_t i = 0; i < run.epochs.size(); ++i) {
    const EpochRecord& epoch = run.epochs[i];
    if ((i + 1) % step != 0 && i + 1 != run.epochs.size() && i != best) {
      continue;
    }
    std::vector<std::string> row = {std::to_string(epoch.epoch + 1), format_cell(epoch.train_loss),
                                    epoch.valid_loss ? format_cell(*epoch.valid_loss) : "-"};
    for (std::size_t m = 0; m < run.metrics.size(); ++m) {
      row.push_back(m < epoch.metrics.size() ? format_cell(epoch.metrics[m]) : "-");
    }
    row.push_back(format_duration(epoch.seconds));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table phases_table(const Run& run) {
  Table table{{"phase", "time", "share"}, {}};
  const double total = total_seconds(run);
  double rest = total;
  const auto add = [&](const char* name, double seconds) {
    const auto percent = std::llround(total > 0.0 ? 100.0 * seconds / total : 0.0);
    table.rows.push_back({name, format_duration(seconds), cat(percent, " %")});
  };
  for (const TimedPhase& phase : kTimedPhases) {
    double seconds = 0.0;
    for (const EpochRecord& epoch : run.epochs) {
      seconds += epoch.phases.*phase.seconds;
    }
    rest -= seconds;
    add(phase.name, seconds);
  }
  add("callbacks and recording", std::max(rest, 0.0));
  return table;
}

Table weights_table(const Run& run) {
  Table table{{"", "weights", "valid loss"}, {}};
  table.header.insert(table.header.end(), run.metrics.begin(), run.metrics.end());
  table.header.emplace_back("what");
  for (const WeightsRecord& weights : run.weights) {
    std::vector<std::string> row{weights.chosen ? "*" : "", weights.name,
                                 weights.valid_loss ? format_cell(*weights.valid_loss) : "-"};
    for (std::size_t m = 0; m < run.metrics.size(); ++m) {
      row.push_back(m < weights.metrics.size() ? format_cell(weights.metrics[m]) : "-");
    }
    row.push_back(weights.what);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table suggestions_table(const FindRecord& find) {
  Table table{{"rule", "rate", "why not"}, {}};
  bool reasons = false;
  for (const auto& suggestion : find.suggestions) {
    table.rows.push_back(
        {suggestion.rule, suggestion.lr ? format_brief(*suggestion.lr) : "-", suggestion.why});
    reasons = reasons || !suggestion.why.empty();
  }
  if (!reasons) {
    table.header.pop_back();
  }
  return table;
}

Table rules_table(const FindRecord& find) {
  Table table{{"rule", "rate", "meaning and source, or why there is no rate"}, {}};
  for (const auto& suggestion : find.suggestions) {
    const SuggestionRule& rule = find_rule(suggestion.rule);
    table.rows.push_back(
        {suggestion.rule, suggestion.lr ? format_brief(*suggestion.lr) : "-",
         suggestion.lr ? cat(rule.meaning, " (", rule.source, ")") : suggestion.why});
  }
  return table;
}

Table rates_table(const Run& run) {
  Table table{{"group", "first rate", "highest rate", "at iteration", "last rate", "first momentum",
               "lowest momentum", "last momentum"},
              {}};
  for (std::size_t g = 0; g < run.groups.size() && !run.values.empty(); ++g) {
    table.rows.push_back(rates_row(run, g));
  }
  return table;
}

}  // namespace onecycle
