#include "cyclical.h"
#include "families.h"
#include "peer_schedules.h"
#include "requests.h"

namespace onecycle::golden {
namespace {

constexpr std::int64_t kLongRun = 1'000'000;

struct Group {
  Schedule schedule;
  double peak;
};

/// The peer takes rates and momenta for each group, or one for all.
double for_group(const json& params, const char* name, double fallback, std::size_t group) {
  return has(params, name) ? listed(params.at(name)).at(params.at(name).is_array() ? group : 0)
                           : fallback;
}

std::vector<Group> groups_for(const Case& c) {
  const json& p = c.params;
  std::vector<Group> groups;
  for (std::size_t g = 0; g < groups_of(c); ++g) {
    groups.push_back({torch_cyclic(p, g), for_group(p, "max_lr", 0.0, g)});
  }
  return groups;
}

std::vector<double> rates_at(const std::vector<Group>& groups, std::int64_t t) {
  std::vector<double> rates;
  for (const Group& group : groups) {
    rates.push_back(group.peak * group.schedule.at(t, kLongRun).lr);
  }
  return rates;
}

std::vector<double> momenta_at(const std::vector<Group>& groups, std::int64_t t) {
  std::vector<double> momenta;
  for (const Group& group : groups) {
    momenta.push_back(group.schedule.at(t, kLongRun).momentum.value());
  }
  return momenta;
}

void check(const Case& c) {
  if (c.expected.contains("error")) {
    expect(refuses([&] { (void)groups_for(c); }), "a refusal");
    return;
  }
  const std::vector<Group> groups = groups_for(c);
  const Tolerance tolerance = Tolerance::of(c);
  const auto count = static_cast<std::int64_t>(c.expected.at("lr").size());
  const auto at = [&](auto row) {
    return [&groups, row](std::size_t t) { return row(groups, static_cast<std::int64_t>(t)); };
  };
  expect_trace("lr", c.expected.at("lr"), at(rates_at), tolerance);
  expect_list("lr_after", c.expected.at("lr_after"), rates_at(groups, count), tolerance);
  if (flag_or(c.params, "cycle_momentum", true)) {
    expect_trace("momentum", c.expected.at("momentum"), at(momenta_at), tolerance);
    expect_list("momentum_after", c.expected.at("momentum_after"), momenta_at(groups, count),
                tolerance);
  } else {
    expect(!groups.front().schedule.at(0, kLongRun).momentum, "momentum is left alone");
  }
}

}  // namespace

Schedule torch_cyclic(const json& p, std::size_t group) {
  const double up = number_or(p, "step_size_up", 2000.0);
  return cyclical_of(p, for_group(p, "base_lr", 0.0, group), for_group(p, "max_lr", 0.0, group), up,
                     number_or(p, "step_size_down", up),
                     {.cycle_momentum = flag_or(p, "cycle_momentum", true),
                      .momentum_start = for_group(p, "max_momentum", 0.9, group),
                      .momentum_peak = for_group(p, "base_momentum", 0.8, group)});
}

Kinds torch_cyclic() {
  return {{"triangular", check},   {"triangular2", check},       {"exp_range", check},
          {"custom_cycle", check}, {"custom_iterations", check}, {"error", check}};
}

}  // namespace onecycle::golden
