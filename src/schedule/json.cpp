#include "onecycle/schedule/json.h"

#include <algorithm>
#include <cmath>

#include "core/json.h"
#include "onecycle/core/error.h"
#include "onecycle/schedule/catalogue.h"
#include "onecycle/schedule/outline.h"

namespace onecycle {
namespace {

using Kind = Outline::Kind;

constexpr int kMostNested = 64;

/// The name under which the parts of a composition stand; none for others.
const char* parts_key(Kind kind) {
  switch (kind) {
    case Kind::sequence:
      return "sequence";
    case Kind::over:
      return "over";
    case Kind::product:
      return "product";
    case Kind::chain:
      return "chain";
    case Kind::policy:
    case Kind::with:
      break;
  }
  return nullptr;
}

/// Text of an option as the JSON value that people expect.
OrderedJson value_of(const std::string& text) {
  if (text == "true" || text == "false") {
    return text == "true";
  }
  if (text.starts_with('[')) {
    OrderedJson list = OrderedJson::array();
    const std::string_view inner = trim(std::string_view(text).substr(1, text.size() - 2));
    for (const auto& item : inner.empty() ? std::vector<std::string>{} : split(inner, ',')) {
      list.push_back(value_of(std::string(trim(item))));
    }
    return list;
  }
  const auto number = parse_number(text);
  return number && std::isfinite(*number) ? OrderedJson(*number) : OrderedJson(text);
}

std::string text_of(const Json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (value.is_number()) {
    return cat(value.get<double>());
  }
  if (value.is_boolean()) {
    return cat(value.get<bool>());
  }
  if (value.is_null()) {
    return "auto";
  }
  std::vector<std::string> items;
  for (const Json& item : value) {
    items.push_back(item.is_structured() ? std::string() : text_of(item));
  }
  return cat("[", join(items, ", "), "]");
}

OrderedJson to_json(const Outline& outline) {
  OrderedJson json = OrderedJson::object();
  if (outline.kind == Kind::policy) {
    json["policy"] = outline.name;
  } else if (outline.kind == Kind::with) {
    json = {{"with", outline.name},
            {"schedule", to_json(outline.parts[0])},
            {"value", to_json(outline.parts[1])}};
  } else {
    OrderedJson& parts = json[parts_key(outline.kind)] = OrderedJson::array();
    for (const Outline& part : outline.parts) {
      parts.push_back(to_json(part));
    }
  }
  if (!outline.length.is_rest()) {
    json["for"] = value_of(outline.length.text());
  }
  for (const Setting& setting : outline.settings) {
    json[setting.name] = value_of(setting.value);
  }
  return json;
}

class Reader {
 public:
  explicit Reader(std::string_view source) : source_(source) {}

  Schedule schedule(const Json& json) const { return make_schedule(outline(json, "", 0), source_); }

 private:
  Outline outline(const Json& json, const std::string& place, int depth) const {
    if (depth > kMostNested) {
      refuse(place, cat("at most ", kMostNested, " nested schedules"), json);
    }
    if (json.is_string()) {
      return parse_schedule(json.get<std::string>()).outline();
    }
    if (!json.is_object()) {
      refuse(place, "a schedule: an object, or a string in the notation", json);
    }
    Outline out{.place = place};
    if (json.contains("for")) {
      const auto length = Length::parse(text_of(json.at("for")));
      if (!length) {
        refuse(place + "/for", "iterations, or a share such as \"5%\"", json.at("for"));
      }
      out.length = *length;
    }
    if (json.contains("policy")) {
      read_policy(out, json, place);
    } else if (json.contains("with")) {
      out.kind = Kind::with;
      out.name = text_of(json.at("with"));
      out.parts.push_back(outline(member(json, "schedule", place), place + "/schedule", depth + 1));
      out.parts.push_back(outline(member(json, "value", place), place + "/value", depth + 1));
      only(json, {"with", "schedule", "value", "for"}, place);
    } else {
      read_parts(out, json, place, depth);
    }
    return out;
  }

  void read_policy(Outline& out, const Json& json, const std::string& place) const {
    if (!json.at("policy").is_string()) {
      refuse(place + "/policy", "the name of a policy", json.at("policy"));
    }
    out.name = json.at("policy").get<std::string>();
    for (const auto& [name, value] : json.items()) {
      if (name == "policy" || name == "for") {
        continue;
      }
      if (value.is_object()) {
        refuse(cat(place, "/", name), "a value", value);
      }
      out.settings.push_back({name, text_of(value), cat(place, "/", name)});
    }
  }

  void read_parts(Outline& out, const Json& json, const std::string& place, int depth) const {
    for (const Kind kind : {Kind::sequence, Kind::over, Kind::product, Kind::chain}) {
      const char* const key = parts_key(kind);
      if (!json.contains(key)) {
        continue;
      }
      const Json& parts = json.at(key);
      out.kind = kind;
      if (!parts.is_array() || parts.empty() || (kind == Kind::over && parts.size() != 2)) {
        refuse(cat(place, "/", key), kind == Kind::over ? "two schedules" : "a list of schedules",
               parts);
      }
      for (std::size_t i = 0; i < parts.size(); ++i) {
        out.parts.push_back(outline(parts[i], cat(place, "/", key, "/", i), depth + 1));
      }
      only(json, {key, "for"}, place);
      return;
    }
    refuse(place, "one of policy, sequence, over, product, chain, with", json);
  }

  const Json& member(const Json& json, const char* name, const std::string& place) const {
    if (!json.contains(name)) {
      refuse(place, cat("a member '", name, "'"), json);
    }
    return json.at(name);
  }

  void only(const Json& json, const std::vector<std::string>& names,
            const std::string& place) const {
    for (const auto& [name, value] : json.items()) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        refuse(cat(place, "/", name), cat("only ", join(names, ", ")), value);
      }
    }
  }

  [[noreturn]] void refuse(const std::string& place, std::string_view expected,
                           const Json& got) const {
    // What is large is named, not shown: its text would be as long as the file.
    const bool shown = got.is_primitive() && (!got.is_string() || got.size() < 100);
    fail(ErrorKind::usage, source_, place.empty() ? "" : ", ", place, ": expected ", expected,
         ", got ",
         shown ? got.dump(-1, ' ', true, Json::error_handler_t::replace)
               : cat(got.type_name(), " of ", got.size()));
  }

  std::string_view source_;
};

Json parse_json(std::string_view text, std::string_view source) {
  try {
    // Depth is bounded before anything is built: destroying deep values would recurse, too.
    return Json::parse(text, [&](int depth, Json::parse_event_t, Json&) {
      require(depth <= 4 * kMostNested, ErrorKind::usage, source, ": expected at most ",
              kMostNested, " nested schedules");
      return true;
    });
  } catch (const Json::parse_error& error) {
    fail(ErrorKind::usage, source, ", byte ", error.byte, ": expected JSON; ", error.what());
  } catch (const Json::exception& error) {  // a number that is too large for one
    fail(ErrorKind::usage, source, ": expected JSON; ", error.what());
  }
}

}  // namespace

std::string schedule_to_json(const Schedule& schedule) {
  return to_json(schedule.outline()).dump();
}

Schedule schedule_from_json(std::string_view text, std::string_view source) {
  return Reader(source).schedule(parse_json(text, source));
}

}  // namespace onecycle
