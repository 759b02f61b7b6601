#include "record/run_json.h"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

/// For writing: keys stay in the order in which people read them. For reading it will not do: each
/// key is compared with all before it, and a growing object copies its values, a deeply nested one
/// until the stack ends.
using Ordered = nlohmann::ordered_json;
/// For reading.
using Json = nlohmann::json;

Ordered to_json(const std::vector<Fact>& facts) {
  Ordered list = Ordered::array();
  for (const auto& fact : facts) {
    list.push_back({{"name", fact.name}, {"value", fact.value}});
  }
  return list;
}

Ordered to_json(const FindRecord& find) {
  Ordered suggestions = Ordered::array();
  for (const auto& suggestion : find.suggestions) {
    suggestions.push_back({{"rule", suggestion.rule},
                           {"lr", suggestion.lr ? Ordered(*suggestion.lr) : Ordered()},
                           {"why", suggestion.why}});
  }
  return {{"suggestions", suggestions},
          {"stopped", find.stopped},
          {"batches", find.batches},
          {"epochs", find.epochs}};
}

std::vector<Fact> facts_of(const Json& list) {
  std::vector<Fact> facts;
  for (const auto& fact : list) {
    facts.push_back({.name = fact.at("name"), .value = fact.at("value")});
  }
  return facts;
}

/// A whole number that fits; the library would cast any other number or a `true`, 1e300 too.
std::int64_t count_of(const Json& json, std::string_view source) {
  // Only what has no parts is shown: `dump` follows nesting as deep as it goes.
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  require(json.is_number_integer() &&
              (!json.is_number_unsigned() || json.get<std::uint64_t>() <= kMost),
          ErrorKind::data, source, ": batches: expected a whole number, got ",
          json.is_primitive() ? json.dump() : json.type_name());
  return json.get<std::int64_t>();
}

FindRecord find_of(const Json& json, std::string_view source) {
  FindRecord find;
  for (const auto& suggestion : json.at("suggestions")) {
    const Json& lr = suggestion.at("lr");
    find.suggestions.push_back({.rule = suggestion.at("rule"),
                                .lr = lr.is_null() ? std::nullopt : std::optional(lr.get<double>()),
                                .why = suggestion.at("why")});
  }
  find.stopped = json.at("stopped");
  find.batches = count_of(json.at("batches"), source);
  find.epochs = json.at("epochs");
  return find;
}

}  // namespace

std::string run_to_json(const Run& run) {
  const Ordered json{{"name", run.name},
                     {"groups", run.groups},
                     {"metrics", run.metrics},
                     {"settings", to_json(run.settings)},
                     {"environment", to_json(run.environment)},
                     {"end", run.end},
                     {"find", run.find ? to_json(*run.find) : Ordered()}};
  return json.dump(2, ' ', false, Ordered::error_handler_t::replace) + "\n";
}

Run run_from_json(std::string_view text, std::string_view source) {
  Run run;
  try {
    const Json json = Json::parse(text);
    run.name = json.at("name");
    run.groups = json.at("groups").get<std::vector<std::string>>();
    run.metrics = json.at("metrics").get<std::vector<std::string>>();
    run.settings = facts_of(json.at("settings"));
    run.environment = facts_of(json.at("environment"));
    run.end = json.at("end");
    if (!json.at("find").is_null()) {
      run.find = find_of(json.at("find"), source);
    }
  } catch (const Json::exception& error) {
    fail(ErrorKind::data, source, ": expected the description of a run: ", error.what());
  }
  return run;
}

}  // namespace onecycle
