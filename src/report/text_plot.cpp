#include "report/text_plot.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "onecycle/core/text.h"
#include "onecycle/report/table.h"
#include "report/axis.h"
#include "report/canvas.h"

namespace onecycle {
namespace {

constexpr std::array<int, 6> kAnsiColours = {94, 33, 92, 95, 91, 96};

/// A curve or mark under the picture: how it is drawn, and its name.
struct Entry {
  std::string sign;
  std::string label;
  int colour;
};

class TextPlot {
 public:
  TextPlot(const Plot& plot, const Terminal& terminal, int columns, int rows)
      : plot_(plot),
        terminal_(terminal),
        x_(x_axis(plot)),
        y_(y_axis(plot)),
        labels_(y_labels(rows)),
        canvas_(std::max(columns - margin() - 1, 10), rows) {}

  std::string draw() {
    const auto lines = std::count_if(plot_.series.begin(), plot_.series.end(),
                                     [](const auto& s) { return s.style != SeriesStyle::raw; });
    std::size_t colour = 0;
    for (const Series& series : plot_.series) {
      if (series.style == SeriesStyle::raw) {
        draw_raw(series);
      } else {
        // Without colours, several curves are told apart by a letter at their highest point.
        const char letter = static_cast<char>('a' + colour % 26);
        draw_line(series, kAnsiColours[colour % kAnsiColours.size()],
                  lines > 1 && !terminal_.colour ? std::string(1, letter) : std::string());
        ++colour;
      }
    }
    for (std::size_t i = 0; i < plot_.marks.size(); ++i) {
      draw_mark(plot_.marks[i], i, kAnsiColours[colour++ % kAnsiColours.size()]);
    }
    return text();
  }

 private:
  [[nodiscard]] double dot_x(double x) const { return x_.position(x) * (canvas_.width() - 1); }
  [[nodiscard]] double dot_y(double y) const {
    return (1.0 - y_.position(y)) * (canvas_.height() - 1);
  }

  /// The text beside each row; empty for most.
  [[nodiscard]] std::vector<std::string> y_labels(int rows) const {
    std::vector<std::string> labels(static_cast<std::size_t>(rows));
    for (const double tick : y_.ticks(std::max(rows / 3, 2))) {
      const double row = (1.0 - y_.position(tick)) * (rows - 1);
      labels[static_cast<std::size_t>(std::clamp(std::lround(row), 0L, rows - 1L))] =
          tick_label(tick, y_.log);
    }
    return labels;
  }

  [[nodiscard]] int margin() const {
    std::size_t widest = 4;
    for (const auto& label : labels_) {
      widest = std::max(widest, label.size());
    }
    return static_cast<int>(widest) + 2;
  }

  void draw_raw(const Series& series) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      if (can_draw(plot_, series.x[i], series.y[i])) {
        const double y = std::clamp(dot_y(series.y[i]), -1.0, canvas_.height() + 1.0);
        canvas_.faint_dot(static_cast<int>(std::lround(dot_x(series.x[i]))),
                          static_cast<int>(std::lround(y)));
      }
    }
    legend_.push_back({terminal_.unicode ? "\u2812" : "'", series.label, 90});
  }

  void draw_line(const Series& series, int colour, const std::string& letter) {
    bool joined = false;
    std::size_t highest = series.x.size();
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      if (!can_draw(plot_, series.x[i], series.y[i])) {
        joined = false;
        continue;
      }
      const std::size_t from = joined ? i - 1 : i;
      canvas_.line(dot_x(series.x[from]), dot_y(series.y[from]), dot_x(series.x[i]),
                   dot_y(series.y[i]), colour);
      highest = highest == series.x.size() || series.y[i] > series.y[highest] ? i : highest;
      joined = true;
    }
    if (!letter.empty() && highest < series.x.size()) {
      canvas_.put(static_cast<int>(std::lround(dot_x(series.x[highest]))),
                  static_cast<int>(std::lround(dot_y(series.y[highest]))), letter, colour);
    }
    const std::string sign = terminal_.unicode ? "\u2501" : ":";
    legend_.push_back({letter.empty() ? sign : letter, series.label, colour});
  }

  void draw_mark(const Mark& mark, std::size_t number, int colour) {
    constexpr std::array<const char*, 10> kSigns = {"\u25cf", "\u25c6", "\u25b2", "\u25a0",
                                                    "\u2605", "\u25cb", "\u25c7", "\u25b3",
                                                    "\u25a1", "\u2606"};
    const std::string sign = terminal_.unicode
                                 ? std::string(kSigns[number % kSigns.size()])
                                 : std::string(1, static_cast<char>('A' + number % 26));
    if (can_draw(plot_, mark.x, mark.y)) {
      const double exact = std::clamp(dot_y(mark.y), 0.0, canvas_.height() - 1.0);
      const auto x = static_cast<int>(std::lround(dot_x(mark.x)));
      auto y = static_cast<int>(std::lround(exact));
      while (canvas_.has_character(x, y) && y >= Canvas::kDotsPerRow) {
        y -= Canvas::kDotsPerRow;  // above the mark that stands there already
      }
      canvas_.put(x, y, sign, colour);
      legend_.push_back({sign, mark.label, colour});
    }
  }

  [[nodiscard]] std::string indented(const std::string& content) const {
    return std::string(static_cast<std::size_t>(margin()), ' ') + content + "\n";
  }

  [[nodiscard]] std::string text() const {
    std::string out = indented(coloured(plot_.title, 1, terminal_));
    for (std::size_t row = 0; row < labels_.size(); ++row) {
      const std::string& label = labels_[row];
      const std::string line =
          terminal_.unicode ? (label.empty() ? "\u2502" : "\u2524") : (label.empty() ? "|" : "+");
      out += std::string(static_cast<std::size_t>(margin()) - 1 - label.size(), ' ');
      out += cat(label, line, canvas_.row(static_cast<int>(row), terminal_), "\n");
    }
    return out + x_lines() + legend_lines();
  }

  /// The line under the picture, the numbers under it, and what they are.
  [[nodiscard]] std::string x_lines() const {
    const int columns = canvas_.width() / 2;
    std::vector<std::string> line(static_cast<std::size_t>(columns),
                                  terminal_.unicode ? "\u2500" : "-");
    std::string numbers;
    for (const double tick : x_.ticks(std::max(columns / 11, 2))) {
      const auto column = static_cast<std::size_t>(std::lround(x_.position(tick) * (columns - 1)));
      const std::string label = tick_label(tick, x_.log);
      const std::size_t wanted = column + 1 > label.size() / 2 ? column - label.size() / 2 : 0;
      const std::size_t start = std::min(wanted, static_cast<std::size_t>(columns) - label.size());
      line[column] = terminal_.unicode ? "\u252c" : "+";
      if (numbers.empty() || start > numbers.size() + 1) {
        numbers += std::string(start - numbers.size(), ' ') + label;
      }
    }
    const std::string corner = terminal_.unicode ? "\u2514" : "+";
    const std::string axis =
        std::string(static_cast<std::size_t>(margin()) - 1, ' ') + corner + join(line, "") + "\n";
    const auto room = static_cast<std::size_t>(columns);
    const std::string centred((room - std::min(display_width(plot_.x_label), room)) / 2, ' ');
    return axis + indented(numbers) + indented(centred + plot_.x_label);
  }

  [[nodiscard]] std::string legend_lines() const {
    if (legend_.size() < 2) {
      return {};
    }
    std::string out;
    std::string line;
    std::size_t width = 0;
    for (const Entry& entry : legend_) {
      const std::size_t needed = display_width(entry.label) + 2;
      if (width > 0 && width + 3 + needed > static_cast<std::size_t>(canvas_.width() / 2)) {
        out += indented(line);
        line.clear();
        width = 0;
      }
      line += cat(width > 0 ? "   " : "", coloured(entry.sign, entry.colour, terminal_), " ",
                  entry.label);
      width += needed + (width > 0 ? 3 : 0);
    }
    return out + indented(line);
  }

  const Plot& plot_;
  const Terminal& terminal_;
  Axis x_;
  Axis y_;
  std::vector<std::string> labels_;
  Canvas canvas_;
  std::vector<Entry> legend_;
};

}  // namespace

std::string text_plot(const Plot& plot, const Terminal& terminal, int rows) {
  return TextPlot(plot, terminal, std::clamp(terminal.columns, 40, 160), rows).draw();
}

}  // namespace onecycle
