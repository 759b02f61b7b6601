#include "prescription.h"

#include <algorithm>

#include "onecycle/core/text.h"

namespace onecycle::cli {

Prescription prescribe(const Schedule& schedule, const std::vector<double>& peaks,
                       std::int64_t iterations) {
  Prescription out;
  for (std::size_t g = 0; g < peaks.size(); ++g) {
    out.groups.push_back(cat("group ", g));
  }
  for (std::int64_t i = 0; i < iterations; ++i) {
    const Values now = schedule.at(i, iterations);
    out.momentum.push_back(now.momentum);
    for (const double peak : peaks) {
      out.values.push_back({.lr = peak * now.lr, .momentum = now.momentum.value_or(0.0)});
    }
  }
  return out;
}

Table table_of(const Prescription& prescription, std::string (*number)(double)) {
  const std::size_t groups = prescription.groups.size();
  const bool momentum = std::any_of(prescription.momentum.begin(), prescription.momentum.end(),
                                    [](const auto& value) { return value.has_value(); });
  Table table{{"iteration"}, {}};
  for (std::size_t g = 0; g < groups; ++g) {
    table.header.push_back(groups == 1 ? std::string("lr") : cat("lr_", g));
  }
  if (momentum) {
    table.header.emplace_back("momentum");
  }
  for (std::size_t i = 0; i < prescription.momentum.size(); ++i) {
    std::vector<std::string> row = {std::to_string(i)};
    for (std::size_t g = 0; g < groups; ++g) {
      row.push_back(number(prescription.values[i * groups + g].lr));
    }
    if (momentum) {
      row.push_back(prescription.momentum[i] ? number(*prescription.momentum[i]) : "");
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Json json_of(const Prescription& prescription, const Schedule& schedule) {
  const std::size_t groups = prescription.groups.size();
  Json lr = Json::array();
  Json momentum = Json::array();
  for (std::size_t i = 0; i < prescription.momentum.size(); ++i) {
    Json rates = Json::array();
    for (std::size_t g = 0; g < groups; ++g) {
      rates.push_back(prescription.values[i * groups + g].lr);
    }
    lr.push_back(std::move(rates));
    const auto& value = prescription.momentum[i];
    momentum.push_back(std::vector<Json>(groups, value ? Json(*value) : Json(nullptr)));
  }
  return {{"policy", schedule.text()},
          {"iterations", prescription.momentum.size()},
          {"groups", groups},
          {"lr", std::move(lr)},
          {"momentum", std::move(momentum)}};
}

}  // namespace onecycle::cli
