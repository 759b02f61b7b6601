#include "onecycle/report/html.h"

#include <algorithm>
#include <utility>

#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "onecycle/report/plot.h"
#include "onecycle/report/summary.h"
#include "report/bitmap.h"
#include "report/page.h"

namespace onecycle {
namespace {

std::string tiles_html(const Run& run) {
  if (run.epochs.empty()) {
    return {};
  }
  const EpochRecord& last = run.epochs.back();
  std::string out =
      tile("epochs", format_count(static_cast<long long>(run.epochs.size()))) +
      tile("iterations", format_count(static_cast<long long>(run.iterations.size()))) +
      tile("time", format_duration(total_seconds(run)));
  if (const auto best = best_epoch(run)) {
    out += tile("best valid loss", format_cell(*run.epochs[*best].valid_loss),
                cat("epoch ", run.epochs[*best].epoch + 1));
  }
  for (std::size_t m = 0; m < std::min(run.metrics.size(), last.metrics.size()); ++m) {
    out += tile(run.metrics[m], format_cell(last.metrics[m]), "at the end");
  }
  return out;
}

std::string find_html(const FindRecord& find, const PlotOptions& options, Page& page) {
  return cat("<section><h2>Finding the rate</h2><p>", escaped(describe(find)), "</p>\n",
             page.picture(find_plot(find, options)),
             find.suggestions.empty()
                 ? std::string()
                 : table_html(suggestions_table(find), "Suggested rates, by rule"),
             "</section>\n");
}

std::string schedule_html(const Run& run, const PlotOptions& options, Page& page) {
  std::string figures;
  for (Plot& plot : schedule_plots(run.groups, run.values, options)) {
    figures += page.picture(std::move(plot));
  }
  return figures.empty() ? std::string()
                         : cat("<section><h2>Schedule</h2><div class=\"pair\">", figures, "</div>",
                               table_html(rates_table(run), "Rates and momentum of each group"),
                               "</section>\n");
}

std::string training_html(const Run& run, const PlotOptions& options, Page& page) {
  if (run.iterations.empty() && run.epochs.empty()) {
    return {};
  }
  std::string out = cat("<section><h2>Training</h2>\n", page.picture(loss_plot(run, options)));
  if (!run.metrics.empty() && !run.epochs.empty()) {
    out += page.picture(metrics_plot(run, options));
  }
  if (auto gradient = gradient_plot(run, options)) {
    out += page.picture(std::move(*gradient));
  }
  if (!run.epochs.empty()) {
    const auto best = best_epoch(run);
    const std::string number = best ? std::to_string(run.epochs[*best].epoch + 1) : std::string();
    const Table table = epochs_table(run);
    const std::string some =
        table.rows.size() < run.epochs.size() ? "; the other epochs are in epochs.csv" : "";
    out += table_html(
        table,
        best ? cat("Epochs; the lowest validation loss, after epoch ", number, ", stands out", some)
             : "Epochs" + some,
        number);
  }
  if (!run.epochs.empty()) {
    out += table_html(phases_table(run), "Where the time went");
  }
  return out + "</section>\n";
}

/// With one way to keep them there is nothing to choose.
std::string weights_html(const Run& run) {
  if (run.weights.size() < 2) {
    return {};
  }
  return cat("<section><h2>Which weights?</h2>\n",
             table_html(weights_table(run), "Weights that were kept; * are those to use", "*"),
             "</section>\n");
}

/// The worst mistakes as pictures; nothing if their inputs are none.
std::string mistakes_html(const PredictionsRecord& predictions) {
  std::string pictures;
  for (const Mistake& mistake : predictions.worst) {
    if (!mistake.picture) {
      continue;
    }
    const std::string target =
        escaped(predictions.classes[static_cast<std::size_t>(mistake.target)]);
    const std::string predicted =
        escaped(predictions.classes[static_cast<std::size_t>(mistake.predicted)]);
    pictures += cat("<li><img alt=\"example ", mistake.example, "\" src=\"",
                    bitmap_address(*mistake.picture), "\"><span>", target, " taken for ", predicted,
                    "</span></li>\n");
  }
  return pictures.empty() ? std::string() : cat("<ul class=\"mistakes\">\n", pictures, "</ul>\n");
}

std::string predictions_html(const Run& run) {
  if (!run.predictions) {
    return {};
  }
  const PredictionsRecord& predictions = *run.predictions;
  std::string out =
      cat("<section><h2>What it gets wrong</h2>\n<p>On the validation set, with the weights '",
          escaped(predictions.weights), "'.</p>\n",
          table_html(confusion_table(predictions),
                     "Confusion matrix: how often a class, one a row, "
                     "was taken for each, one a column"));
  if (!predictions.worst.empty()) {
    out += cat(mistakes_html(predictions),
               table_html(mistakes_table(predictions),
                          "The worst mistakes: examples by their number in the data, from 0"));
  }
  return out + "</section>\n";
}

PlotOptions page_options(const Run& run) { return page_plot_options(2 * run.groups.size() + 4); }

}  // namespace

std::string report_html(const Run& run) {
  const PlotOptions options = page_options(run);
  Page page;
  page.title = run.name.empty() ? "Training run" : run.name;
  page.summary = describe(run);
  page.tiles = tiles_html(run);
  std::string& body = page.body;
  if (run.find && !run.find->lr.empty()) {
    body += find_html(*run.find, options, page);
  }
  body += schedule_html(run, options, page);
  body += training_html(run, options, page);
  body += weights_html(run);
  body += predictions_html(run);
  body += cat("<div class=\"pair\">", facts_html(run.settings, "Settings"),
              facts_html(run.environment, "Environment"), "</div>\n");
  return page.html();
}

void write_report(const Run& run, const std::filesystem::path& path) {
  write_file(path, report_html(run));
}

}  // namespace onecycle
