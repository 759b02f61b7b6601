#include "record/run_json.h"

#include <nlohmann/json.hpp>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const std::vector<Fact>& facts) {
  Json list = Json::array();
  for (const auto& fact : facts) {
    list.push_back({{"name", fact.name}, {"value", fact.value}});
  }
  return list;
}

Json to_json(const FindRecord& find) {
  Json suggestions = Json::array();
  for (const auto& suggestion : find.suggestions) {
    suggestions.push_back({{"rule", suggestion.rule},
                           {"lr", suggestion.lr ? Json(*suggestion.lr) : Json()},
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

FindRecord find_of(const Json& json) {
  FindRecord find;
  for (const auto& suggestion : json.at("suggestions")) {
    const Json& lr = suggestion.at("lr");
    find.suggestions.push_back({.rule = suggestion.at("rule"),
                                .lr = lr.is_null() ? std::nullopt : std::optional(lr.get<double>()),
                                .why = suggestion.at("why")});
  }
  find.stopped = json.at("stopped");
  find.batches = json.at("batches");
  find.epochs = json.at("epochs");
  return find;
}

}  // namespace

std::string run_to_json(const Run& run) {
  const Json json{{"name", run.name},
                  {"groups", run.groups},
                  {"metrics", run.metrics},
                  {"settings", to_json(run.settings)},
                  {"environment", to_json(run.environment)},
                  {"find", run.find ? to_json(*run.find) : Json()}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
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
    if (!json.at("find").is_null()) {
      run.find = find_of(json.at("find"));
    }
  } catch (const Json::exception& error) {
    fail(ErrorKind::data, source, ": expected the description of a run: ", error.what());
  }
  return run;
}

}  // namespace onecycle
