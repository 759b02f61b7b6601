#include "report/page_data.h"

#include <algorithm>

#include "core/json.h"

namespace onecycle {
namespace {

const char* style_name(SeriesStyle style) {
  switch (style) {
    case SeriesStyle::raw:
      return "raw";
    case SeriesStyle::dots:
      return "dots";
    case SeriesStyle::line:
      break;
  }
  return "line";
}

OrderedJson to_json(const Plot& plot) {
  OrderedJson json = {{"title", plot.title},
                      {"x_label", plot.x_label},
                      {"y_label", plot.y_label},
                      {"log_x", plot.log_x},
                      {"log_y", plot.log_y},
                      {"y_range", nullptr},
                      {"series", OrderedJson::array()},
                      {"marks", OrderedJson::array()}};
  if (plot.y_range) {
    json["y_range"] = {plot.y_range->low, plot.y_range->high};
  }
  for (const Series& series : plot.series) {
    json["series"].push_back({{"label", series.label},
                              {"style", style_name(series.style)},
                              {"x", series.x},
                              {"y", series.y}});
    if (!series.low.empty()) {
      json["series"].back()["low"] = series.low;
      json["series"].back()["high"] = series.high;
    }
  }
  for (const Mark& mark : plot.marks) {
    json["marks"].push_back({{"label", mark.label}, {"x", mark.x}, {"y", mark.y}});
  }
  return json;
}

}  // namespace

std::string plots_json(const std::vector<Plot>& plots) {
  OrderedJson json = {{"plots", OrderedJson::array()}};
  for (const Plot& plot : plots) {
    json["plots"].push_back(to_json(plot));
  }
  const std::string text = json.dump(-1, ' ', true, OrderedJson::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string valid_utf8(std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(text.begin(), text.end(), is_ascii)) {
    return std::string(text);
  }
  return OrderedJson::parse(
      OrderedJson(text).dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
}

}  // namespace onecycle
