#include "report/page.h"

#include <algorithm>
#include <map>

#include "onecycle/core/text.h"
#include "onecycle_embedded/chart_js.h"
#include "onecycle_embedded/page_css.h"
#include "onecycle_embedded/page_html.h"
#include "onecycle_embedded/page_js.h"
#include "report/page_data.h"

namespace onecycle {
namespace {

constexpr const char* kTextCell = R"( class="text">)";
constexpr const char* kShortCell = R"( class="text short">)";

/// Long text is broken between words.
const char* text_cell(const std::string& text) {
  constexpr std::size_t kShort = 32;
  return text.size() <= kShort ? kShortCell : kTextCell;
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

}  // namespace

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

std::string table_html(const Table& table, const std::string& caption,
                       const std::string& highlight) {
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
      const std::string text = c < row.size() ? row[c] : "";
      out += cat(c == 0 ? "<th scope=\"row\"" : "<td", numeric[c] ? ">" : text_cell(text),
                 escaped(text), c == 0 ? "</th>" : "</td>");
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

std::string tile(const std::string& name, const std::string& value, const std::string& note) {
  return cat("<div><dt>", escaped(name), "</dt><dd>", escaped(value),
             note.empty() ? "" : "<small>" + escaped(note) + "</small>", "</dd></div>\n");
}

PlotOptions page_plot_options(std::size_t curves) {
  constexpr std::size_t kBudget = 20'000;
  return {.points = std::clamp<std::size_t>(kBudget / curves, 200, 2000)};
}

std::string Page::picture(Plot plot) {
  std::string html = cat(
      "<figure><figcaption>", escaped(plot.title),
      "</figcaption><div class=\"legend\" role=\"group\" aria-label=\"Curves shown\"></div>"
      "<button type=\"button\" class=\"reset\" hidden>Show all</button>"
      "<div class=\"frame\"><canvas tabindex=\"0\" role=\"img\" data-plot=\"",
      plots_.size(), "\" aria-label=\"", escaped(spoken(plot)), "\"></canvas></div></figure>\n");
  plots_.push_back(std::move(plot));
  return html;
}

std::string Page::html() const {
  const std::string name = escaped(title);
  const std::string lead = escaped(summary);
  const std::string list = tiles.empty() ? "" : cat("<dl class=\"tiles\">\n", tiles, "</dl>\n");
  const std::string data = plots_json(plots_);
  return filled(embedded::page_html, {{"title", name},
                                      {"style", embedded::page_css},
                                      {"summary", lead},
                                      {"tiles", list},
                                      {"body", body},
                                      {"data", data},
                                      {"chart", embedded::chart_js},
                                      {"script", embedded::page_js}});
}

}  // namespace onecycle
