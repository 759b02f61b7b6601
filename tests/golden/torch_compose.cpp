#include "families.h"
#include "onecycle/schedule/compose.h"
#include "torch_parts.h"

namespace onecycle::golden {
namespace {

std::vector<Schedule> parts_of(const json& params, double peak) {
  std::vector<Schedule> parts;
  for (const json& part : params.at("parts")) {
    parts.push_back(torch_schedule(part.at("type").get<std::string>(), part, peak));
  }
  return parts;
}

Schedule sequential(const json& params, double peak) {
  std::vector<Part> parts;
  const auto milestones = numbers(params.at("milestones"));
  const std::vector<Schedule> schedules = parts_of(params, peak);
  require(milestones.size() + 1 == schedules.size(), ErrorKind::usage,
          "milestones: expected one fewer than parts, got ", milestones.size(), " for ",
          schedules.size());
  double before = 0.0;
  for (std::size_t i = 0; i < schedules.size(); ++i) {
    if (i < milestones.size()) {
      parts.push_back({schedules[i], Length::iterations(milestones[i] - before)});
      before = milestones[i];
    } else {
      parts.push_back({schedules[i]});
    }
  }
  return sequence(std::move(parts));
}

void check_sequential(const Case& c) {
  expect_schedule(c, [&](double peak) { return sequential(c.params, peak); });
}

void check_chained(const Case& c) {
  expect_schedule(c, [&](double peak) { return chain(parts_of(c.params, peak)); });
}

void error(const Case& c) { has(c.params, "milestones") ? check_sequential(c) : check_chained(c); }

}  // namespace

Kinds torch_compose() {
  return {{"sequential", check_sequential}, {"chained", check_chained}, {"error", error}};
}

}  // namespace onecycle::golden
