#include "record/run_json.h"

#include <cstdint>
#include <limits>

#include "core/json.h"
#include "onecycle/core/error.h"
#include "record/predictions_json.h"

namespace onecycle {
namespace {

OrderedJson or_null(const std::optional<double>& number) {
  return number ? OrderedJson(*number) : OrderedJson();
}

OrderedJson to_json(const std::vector<Fact>& facts) {
  OrderedJson list = OrderedJson::array();
  for (const auto& fact : facts) {
    list.push_back({{"name", fact.name}, {"value", fact.value}});
  }
  return list;
}

OrderedJson to_json(const FindRecord& find) {
  OrderedJson suggestions = OrderedJson::array();
  for (const auto& suggestion : find.suggestions) {
    suggestions.push_back(
        {{"rule", suggestion.rule}, {"lr", or_null(suggestion.lr)}, {"why", suggestion.why}});
  }
  return {{"suggestions", suggestions},
          {"stopped", find.stopped},
          {"batches", find.batches},
          {"epochs", find.epochs}};
}

OrderedJson to_json(const std::vector<WeightsRecord>& weights) {
  OrderedJson list = OrderedJson::array();
  for (const auto& each : weights) {
    list.push_back({{"name", each.name},
                    {"what", each.what},
                    {"valid_loss", or_null(each.valid_loss)},
                    {"metrics", each.metrics},
                    {"chosen", each.chosen}});
  }
  return list;
}

/// JSON has no NaN: what is not finite was written as null.
double number_of(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

std::vector<WeightsRecord> weights_of(const Json& list) {
  std::vector<WeightsRecord> weights;
  for (const auto& each : list) {
    WeightsRecord& record = weights.emplace_back();
    record.name = each.at("name");
    record.what = each.at("what");
    if (const Json& loss = each.at("valid_loss"); !loss.is_null()) {
      record.valid_loss = loss.get<double>();
    }
    for (const auto& metric : each.at("metrics")) {
      record.metrics.push_back(number_of(metric));
    }
    record.chosen = each.at("chosen");
  }
  return weights;
}

std::vector<Fact> facts_of(const Json& list) {
  std::vector<Fact> facts;
  for (const auto& fact : list) {
    facts.push_back({.name = fact.at("name"), .value = fact.at("value")});
  }
  return facts;
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
  find.batches = count_of(json.at("batches"), source, "batches");
  find.epochs = json.at("epochs");
  return find;
}

}  // namespace

std::string run_to_json(const Run& run) {
  const OrderedJson json{
      {"name", run.name},
      {"groups", run.groups},
      {"metrics", run.metrics},
      {"settings", to_json(run.settings)},
      {"environment", to_json(run.environment)},
      {"end", run.end},
      {"weights", to_json(run.weights)},
      {"predictions", run.predictions ? to_json(*run.predictions) : OrderedJson()},
      {"find", run.find ? to_json(*run.find) : OrderedJson()}};
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
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
    run.weights = weights_of(json.at("weights"));
    if (!json.at("predictions").is_null()) {
      run.predictions = predictions_of(json.at("predictions"), source);
    }
    if (!json.at("find").is_null()) {
      run.find = find_of(json.at("find"), source);
    }
  } catch (const Json::exception& error) {
    fail(ErrorKind::data, source, ": expected the description of a run: ", error.what());
  }
  return run;
}

}  // namespace onecycle
