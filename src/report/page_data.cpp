#include "report/page_data.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace onecycle {
namespace {

using Json = nlohmann::ordered_json;

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

Json to_json(const Plot& plot) {
  Json json = {{"title", plot.title},     {"x_label", plot.x_label}, {"y_label", plot.y_label},
               {"log_x", plot.log_x},     {"log_y", plot.log_y},     {"y_range", nullptr},
               {"series", Json::array()}, {"marks", Json::array()}};
  if (plot.y_range) {
    json["y_range"] = {plot.y_range->low, plot.y_range->high};
  }
  for (const Series& series : plot.series) {
    json["series"].push_back({{"label", series.label},
                              {"style", style_name(series.style)},
                              {"x", series.x},
                              {"y", series.y}});
  }
  for (const Mark& mark : plot.marks) {
    json["marks"].push_back({{"label", mark.label}, {"x", mark.x}, {"y", mark.y}});
  }
  return json;
}

}  // namespace

std::string plots_json(const std::vector<Plot>& plots) {
  Json json = {{"plots", Json::array()}};
  for (const Plot& plot : plots) {
    json["plots"].push_back(to_json(plot));
  }
  const std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
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
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace onecycle
