#include "onecycle/report/html.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "onecycle/report/plot.h"
#include "onecycle/report/summary.h"
#include "onecycle_embedded/chart_js.h"
#include "onecycle_embedded/page_css.h"
#include "onecycle_embedded/page_html.h"
#include "onecycle_embedded/page_js.h"
#include "report/page_data.h"

namespace onecycle {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

constexpr const char* kTextCell = R"( class="text">)";

/// `highlight` is the first cell of the row to stress, if any.
std::string table_html(const Table& table, const std::string& caption,
                       const std::string& highlight = {}) {
  const std::string name = escaped(caption);
  std::string out = cat(R"(<div class="scroll" tabindex="0" role="region" aria-label=")", name,
                        R"("><table><caption>)", name, "</caption><thead><tr>");
  const std::vector<bool> numeric = numeric_columns(table);
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    out +=
        cat("<th scope=\"col\"", numeric[c] ? ">" : kTextCell, escaped(table.header[c]), "</th>");
  }
  out += "</tr></thead><tbody>\n";
  for (const auto& row : table.rows) {
    const bool stressed = !highlight.empty() && row.front() == highlight;
    out += stressed ? "<tr class=\"best\">" : "<tr>";
    for (std::size_t c = 0; c < table.header.size(); ++c) {
      out += cat(c == 0 ? "<th scope=\"row\"" : "<td", numeric[c] ? ">" : kTextCell,
                 escaped(c < row.size() ? row[c] : ""), c == 0 ? "</th>" : "</td>");
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string facts_html(const std::vector<Fact>& facts, const std::string& caption) {
  std::string out = cat("<section><h2>", caption, "</h2><dl class=\"facts\">\n");
  for (const Fact& fact : facts) {
    out += cat("<div><dt>", escaped(fact.name), "</dt><dd>", escaped(fact.value), "</dd></div>\n");
  }
  return facts.empty() ? std::string() : out + "</dl></section>\n";
}

/// What a picture shows, for those who cannot see it.
std::string spoken(const Plot& plot) {
  std::vector<std::string> names;
  names.reserve(plot.series.size() + plot.marks.size());
  for (const Series& series : plot.series) {
    names.push_back(series.label);
  }
  for (const Mark& mark : plot.marks) {
    names.push_back(mark.label);
  }
  return cat(plot.title, ": ", plot.y_label, " against ", plot.x_label, "; ", join(names, ", "),
             ". The numbers are in the tables.");
}

/// The pictures of a page; each one becomes a canvas that the script fills by
/// its number.
class Pictures {
 public:
  std::string add(Plot plot) {
    const std::string html = cat(
        "<figure><figcaption>", escaped(plot.title),
        "</figcaption><div class=\"legend\" role=\"group\" aria-label=\"Curves "
        "shown\"></div>"
        "<div class=\"frame\"><canvas tabindex=\"0\" role=\"img\" data-plot=\"",
        plots_.size(), "\" aria-label=\"", escaped(spoken(plot)), "\"></canvas></div></figure>\n");
    plots_.push_back(std::move(plot));
    return html;
  }
  [[nodiscard]] const std::vector<Plot>& plots() const { return plots_; }

 private:
  std::vector<Plot> plots_;
};

std::string tile(const std::string& name, const std::string& value, const std::string& note = {}) {
  return cat("<div><dt>", escaped(name), "</dt><dd>", escaped(value),
             note.empty() ? "" : "<small>" + escaped(note) + "</small>", "</dd></div>\n");
}

std::string tiles_html(const Run& run) {
  if (run.epochs.empty()) {
    return {};
  }
  const EpochRecord& last = run.epochs.back();
  double seconds = 0.0;
  for (const auto& epoch : run.epochs) {
    seconds += epoch.seconds;
  }
  std::string out =
      tile("epochs", format_count(static_cast<long long>(run.epochs.size()))) +
      tile("iterations", format_count(static_cast<long long>(run.iterations.size()))) +
      tile("time", format_duration(seconds));
  if (const auto best = best_epoch(run)) {
    out += tile("best valid loss", format_cell(*run.epochs[*best].valid_loss),
                cat("epoch ", run.epochs[*best].epoch + 1));
  }
  for (std::size_t m = 0; m < std::min(run.metrics.size(), last.metrics.size()); ++m) {
    out += tile(run.metrics[m], format_cell(last.metrics[m]), "at the end");
  }
  return cat("<dl class=\"tiles\">\n", out, "</dl>\n");
}

std::string find_html(const FindRecord& find, const PlotOptions& options, Pictures& pictures) {
  return cat("<section><h2>Finding the rate</h2><p>", escaped(describe(find)), "</p>\n",
             pictures.add(find_plot(find, options)),
             find.suggestions.empty()
                 ? std::string()
                 : table_html(suggestions_table(find), "Suggested rates, by rule"),
             "</section>\n");
}

std::string schedule_html(const Run& run, const PlotOptions& options, Pictures& pictures) {
  std::string figures;
  for (Plot& plot : schedule_plots(run.groups, run.values, options)) {
    figures += pictures.add(std::move(plot));
  }
  return figures.empty() ? std::string()
                         : cat("<section><h2>Schedule</h2><div class=\"pair\">", figures, "</div>",
                               table_html(rates_table(run), "Rates and momentum of each group"),
                               "</section>\n");
}

std::string training_html(const Run& run, const PlotOptions& options, Pictures& pictures) {
  if (run.iterations.empty() && run.epochs.empty()) {
    return {};
  }
  std::string out = cat("<section><h2>Training</h2>\n", pictures.add(loss_plot(run, options)));
  if (!run.metrics.empty() && !run.epochs.empty()) {
    out += pictures.add(metrics_plot(run, options));
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
  return out + "</section>\n";
}

/// `text` with every `{{name}}` replaced; what is put in is not looked at
/// again.
std::string filled(std::string_view text,
                   const std::map<std::string_view, std::string_view>& parts) {
  std::string out;
  std::size_t at = 0;
  for (auto open = text.find("{{"); open != std::string_view::npos; open = text.find("{{", at)) {
    const std::size_t close = text.find("}}", open);
    out += text.substr(at, open - at);
    out += parts.at(text.substr(open + 2, close - open - 2));
    at = close + 2;
  }
  return out += text.substr(at);
}

/// Values a curve may keep, so that many groups do not make a page of many
/// megabytes.
PlotOptions page_options(const Run& run) {
  constexpr std::size_t kBudget = 20'000;
  return {.points = std::clamp<std::size_t>(kBudget / (2 * run.groups.size() + 4), 200, 2000)};
}

}  // namespace

std::string report_html(const Run& run) {
  const PlotOptions options = page_options(run);
  Pictures pictures;
  std::string body;
  if (run.find && !run.find->lr.empty()) {
    body += find_html(*run.find, options, pictures);
  }
  body += schedule_html(run, options, pictures);
  body += training_html(run, options, pictures);
  body += cat("<div class=\"pair\">", facts_html(run.settings, "Settings"),
              facts_html(run.environment, "Environment"), "</div>\n");
  const std::string title = escaped(run.name.empty() ? "Training run" : run.name);
  const std::string summary = escaped(describe(run));
  const std::string data = plots_json(pictures.plots());
  return filled(embedded::page_html, {{"title", title},
                                      {"style", embedded::page_css},
                                      {"summary", summary},
                                      {"tiles", tiles_html(run)},
                                      {"body", body},
                                      {"data", data},
                                      {"chart", embedded::chart_js},
                                      {"script", embedded::page_js}});
}

void write_report(const Run& run, const std::filesystem::path& path) {
  write_file(path, report_html(run));
}

}  // namespace onecycle
