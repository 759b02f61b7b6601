#include "record/predictions_json.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "core/base64.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

OrderedJson to_json(const Mistake& mistake) {
  OrderedJson json{{"example", mistake.example},
                   {"target", mistake.target},
                   {"predicted", mistake.predicted},
                   {"probability", mistake.probability},
                   {"target_probability", mistake.target_probability},
                   {"picture", nullptr}};
  if (const auto& picture = mistake.picture) {
    json["picture"] = {
        {"width", picture->width}, {"height", picture->height}, {"rgb", to_base64(picture->rgb)}};
  }
  return json;
}

/// An index of a class.
std::int64_t class_of(const Json& json, std::size_t classes, std::string_view source) {
  const std::int64_t index = count_of(json, source, "class");
  require(std::cmp_less(index, classes), ErrorKind::data, source, ": class: expected one of 0 .. ",
          static_cast<std::int64_t>(classes) - 1, ", got ", index);
  return index;
}

Picture picture_of(const Json& json, std::string_view source) {
  constexpr std::int64_t kWidest = 4096;
  Picture picture{
      .width = count_of(json.at("width"), source, "width"),
      .height = count_of(json.at("height"), source, "height"),
      .rgb = from_base64(json.at("rgb").get<std::string>()).value_or(std::vector<std::uint8_t>())};
  require(picture.width <= kWidest && picture.height <= kWidest &&
              picture.rgb.size() == static_cast<std::size_t>(3 * picture.width * picture.height),
          ErrorKind::data, source, ": picture: expected base64 of 3 bytes for each of ",
          picture.width, " x ", picture.height, " pixels, got ", picture.rgb.size(), " bytes");
  return picture;
}

}  // namespace

std::int64_t count_of(const Json& json, std::string_view source, std::string_view name) {
  // Only what has no parts is shown: `dump` follows nesting as deep as it goes.
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  require(json.is_number_unsigned() ? json.get<std::uint64_t>() <= kMost
                                    : json.is_number_integer() && json.get<std::int64_t>() >= 0,
          ErrorKind::data, source, ": ", name, ": expected a whole number, got ",
          json.is_primitive() ? json.dump(-1, ' ', false, Json::error_handler_t::replace)
                              : json.type_name());
  return json.get<std::int64_t>();
}

OrderedJson to_json(const PredictionsRecord& predictions) {
  OrderedJson worst = OrderedJson::array();
  for (const Mistake& mistake : predictions.worst) {
    worst.push_back(to_json(mistake));
  }
  return {{"weights", predictions.weights},
          {"classes", predictions.classes},
          {"confusion", predictions.confusion},
          {"worst", std::move(worst)}};
}

PredictionsRecord predictions_of(const Json& json, std::string_view source) {
  PredictionsRecord predictions;
  predictions.weights = json.at("weights");
  predictions.classes = json.at("classes").get<std::vector<std::string>>();
  const std::size_t classes = predictions.classes.size();
  for (const Json& count : json.at("confusion")) {
    predictions.confusion.push_back(count_of(count, source, "confusion"));
  }
  require(predictions.confusion.size() == classes * classes, ErrorKind::data, source,
          ": confusion: expected ", classes * classes, " counts, got ",
          predictions.confusion.size());
  for (const Json& each : json.at("worst")) {
    Mistake& mistake = predictions.worst.emplace_back();
    mistake.example = count_of(each.at("example"), source, "example");
    mistake.target = class_of(each.at("target"), classes, source);
    mistake.predicted = class_of(each.at("predicted"), classes, source);
    mistake.probability = each.at("probability");
    mistake.target_probability = each.at("target_probability");
    if (const Json& picture = each.at("picture"); !picture.is_null()) {
      mistake.picture = picture_of(picture, source);
    }
  }
  return predictions;
}

}  // namespace onecycle
