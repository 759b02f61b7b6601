#include <algorithm>
#include <array>
#include <cmath>

#include "onecycle/core/text.h"
#include "onecycle/report/table.h"
#include "report/axis.h"
#include "report/gnuplot.h"

namespace onecycle {
namespace {

// Distinct for most colour-blind eyes, dark enough on white.
constexpr std::array<const char*, 8> kColours = {"#2563eb", "#ea580c", "#16a34a", "#9333ea",
                                                 "#db2777", "#0d9488", "#ca8a04", "#475569"};

/// A string constant of gnuplot, with all that it would interpret as octal escapes (a back quote
/// runs a command even inside double quotes).
std::string quoted(const std::string& text) {
  constexpr const char* kDigits = "01234567";
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20) {
      out += ' ';
    } else if (c == '"' || c == '\\' || c == '`' || c == '@') {
      out += cat('\\', kDigits[code / 64], kDigits[code / 8 % 8], kDigits[code % 8]);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

/// The values of a curve as a data block; an empty line is a gap.
void append_data(std::string& out, const Plot& plot, const Series& series,
                 const std::string& name) {
  out += cat("$", name, " << EOD\n");
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (can_draw(plot, series.x[i], series.y[i])) {
      out += cat(series.x[i], " ", series.y[i], "\n");
    } else {
      out += '\n';
    }
  }
  out += "EOD\n";
}

bool can_draw_band(const Plot& plot, const Series& series, std::size_t i) {
  return can_draw(plot, series.x[i], series.low[i]) && can_draw(plot, series.x[i], series.high[i]);
}

/// Between the two edges of its band; nothing without one.
void append_band(std::string& out, std::vector<std::string>& curves, const Plot& plot,
                 const Series& series, const std::string& name, const std::string& colour) {
  if (series.low.empty()) {
    return;
  }
  out += cat("$", name, "_band << EOD\n");
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    out += can_draw_band(plot, series, i)
               ? cat(series.x[i], " ", series.low[i], " ", series.high[i], "\n")
               : "\n";
  }
  out += "EOD\n";
  curves.push_back(cat("$", name, "_band using 1:2:3 with filledcurves lc rgb '#d0",
                       colour.substr(1), "' notitle"));
}

bool has_values(const Plot& plot, const Series& series) {
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (can_draw(plot, series.x[i], series.y[i])) {
      return true;
    }
  }
  return false;
}

// As many as there is room for.
constexpr int kColumnTicks = 9;
constexpr int kRowTicks = 8;

/// Of a logarithmic axis our own: gnuplot labels powers of ten only, which a short range may lack.
void append_ticks(std::string& out, char name, const Axis& axis, int count) {
  out += cat("set format ", name, " '%g'\n", axis.log ? "set logscale " : "unset logscale ", name,
             "\n");
  std::vector<std::string> labels;
  for (const double tick : axis.log ? axis.ticks(count) : std::vector<double>()) {
    labels.push_back(cat(quoted(tick_label(tick, true)), " ", tick));
  }
  out += labels.empty() ? cat("set ", name, "tics autofreq\n")
                        : cat("set ", name, "tics (", join(labels, ", "), ")\n");
}

void append_axes(std::string& out, const Plot& plot) {
  out += cat("set title ", quoted(plot.title), " font ',15'\n");
  out += cat("set xlabel ", quoted(plot.x_label), "\nset ylabel ", quoted(plot.y_label), "\n");
  append_ticks(out, 'x', x_axis(plot), kColumnTicks);
  append_ticks(out, 'y', y_axis(plot), kRowTicks);
  if (plot.y_range && plot.y_range->low < plot.y_range->high) {
    out += cat("set yrange [", plot.y_range->low, ":", plot.y_range->high, "]\n");
  } else {
    out += "set yrange [*:*]\nset offsets 0, 0, graph 0.04, graph 0.04\n";
  }
}

std::string curve_style(const Series& series, const std::string& colour) {
  switch (series.style) {
    case SeriesStyle::raw:
      return cat("with lines lw 1 lc rgb '#90", colour.substr(1), "'");
    case SeriesStyle::dots:
      return cat("with linespoints lw 2 pt 7 ps 0.6 lc rgb '", colour, "'");
    case SeriesStyle::line:
      break;
  }
  return cat("with lines lw 2.5 lc rgb '", colour, "'");
}

void append_plot(std::string& out, const Plot& plot, std::size_t number) {
  append_axes(out, plot);
  std::vector<std::string> curves;
  std::size_t colour = 0;
  for (std::size_t s = 0; s < plot.series.size(); ++s) {
    const Series& series = plot.series[s];
    if (!has_values(plot, series)) {
      continue;
    }
    const std::string name = cat("data", number, "_", s);
    append_data(out, plot, series, name);
    append_band(out, curves, plot, series, name, kColours[colour % kColours.size()]);
    curves.push_back(cat("$", name, " using 1:2 ",
                         curve_style(series, kColours[colour % kColours.size()]), " title ",
                         quoted(series.label)));
    // A faint curve shares the colour of the curve that it belongs to, which follows it.
    colour += series.style == SeriesStyle::raw ? 0 : 1;
  }
  for (const Mark& mark : plot.marks) {
    if (!can_draw(plot, mark.x, mark.y)) {
      continue;
    }
    const std::string name = cat("mark", number, "_", curves.size());
    out += cat("$", name, " << EOD\n", mark.x, " ", mark.y, "\nEOD\n");
    const std::string mark_colour = kColours[colour++ % kColours.size()];
    out += cat("set arrow from ", mark.x, ", graph 0 to ", mark.x,
               ", graph 1 nohead dt 2 lw 1.2 lc rgb '", mark_colour, "' back\n");
    curves.push_back(cat("$", name, " using 1:2 with points pt 7 ps 1.5 lc rgb '", mark_colour,
                         "' title ", quoted(mark.label)));
  }
  out += curves.empty() ? "set xrange [0:1]\nset yrange [0:1]\nplot NaN title 'no values'\n"
                        : cat("plot ", join(curves, ", \\\n  "), "\n");
  out += "unset arrow\nset xrange [*:*]\nset offsets 0, 0, 0, 0\n";
}

/// Room for the legend beside the picture, in widths of a letter.
std::size_t legend_width(const std::vector<Plot>& plots) {
  std::size_t widest = 0;
  for (const Plot& plot : plots) {
    for (const Series& series : plot.series) {
      widest = std::max(widest, display_width(series.label));
    }
    for (const Mark& mark : plot.marks) {
      widest = std::max(widest, display_width(mark.label));
    }
  }
  return std::clamp<std::size_t>(widest + 6, 12, 52);
}

constexpr const char* kSettings =
    "set border 3 lw 1 lc rgb '#64748b'\n"
    "set tics nomirror out scale 0.6 textcolor rgb '#334155'\n"
    "set grid xtics ytics lw 1 lc rgb '#e2e8f0'\n"
    "set key at graph 1.02, graph 1 left top vertical Left reverse samplen 1.5 spacing 1.25\n"
    "set autoscale fix\nset lmargin 11\n";

}  // namespace

std::string gnuplot_script(const std::vector<Plot>& plots) {
  std::string out = cat(kSettings, "set rmargin ", legend_width(plots), "\n");
  if (plots.size() > 1) {
    out += cat("set multiplot layout ", plots.size(), ",1\n");
  }
  for (std::size_t i = 0; i < plots.size(); ++i) {
    append_plot(out, plots[i], i);
  }
  return out + (plots.size() > 1 ? "unset multiplot\n" : "");
}

}  // namespace onecycle
