#include "jobs/fit_explain.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "jobs/cost.h"
#include "onecycle/core/text.h"
#include "onecycle/report/render.h"
#include "onecycle/train/fit_plan.h"
#include "program/output.h"

namespace onecycle::cli {
namespace {

std::string frozen_words(const GroupPlan& group) {
  std::vector<std::string> stretches;
  stretches.reserve(group.frozen.size());
  for (const auto& [first, last] : group.frozen) {
    stretches.push_back(first == last ? cat(first) : cat(first, "-", last));
  }
  return stretches.empty() ? "never" : join(stretches, ", ");
}

/// `0.004 > 0.1 > 1e-06`: what it begins with, the highest and the lowest on its way, in their
/// order, and what it ends with.
std::string course(const std::vector<double>& values) {
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  std::vector<double> stations{values.front()};
  for (const auto at : {std::min(lowest, highest), std::max(lowest, highest)}) {
    if (*at != values.front() && *at != values.back()) {
      stations.push_back(*at);
    }
  }
  if (values.back() != stations.back()) {
    stations.push_back(values.back());
  }
  std::vector<std::string> texts;
  texts.reserve(stations.size());
  for (const double station : stations) {
    texts.push_back(format_brief(station));
  }
  return join(texts, " > ");
}

std::string extent(const FitPlan& plan, std::int64_t accumulate) {
  return cat(plan.epochs, plan.epochs == 1 ? " epoch, " : " epochs, ",
             format_count(plan.iterations), " iterations (weight updates; ",
             plan.iterations_per_epoch, " an epoch, each of ", accumulate,
             accumulate == 1 ? " batch" : " batches",
             plan.last_window == accumulate ? "" : cat(", the last of ", plan.last_window), "), ",
             format_count(plan.batches), " batches, ", format_count(plan.examples), " examples\n");
}

/// The rate of each group over the iterations, drawn.
std::vector<Plot> rates_of(const FitPlan& plan, bool known) {
  std::vector<std::string> names;
  std::vector<GroupValues> values;
  const auto iterations = static_cast<std::size_t>(plan.iterations);
  names.reserve(plan.groups.size());
  values.reserve(plan.groups.size() * iterations);
  for (const GroupPlan& group : plan.groups) {
    names.push_back(group.name);
  }
  for (std::size_t i = 0; i < iterations; ++i) {
    for (const GroupPlan& group : plan.groups) {
      values.push_back({group.lr[i], group.momentum[i], group.weight_decay[i]});
    }
  }
  std::vector<Plot> plots;
  if (auto plot = schedule_plot(GroupField::lr, names, values)) {
    plot->y_label = known ? "learning rate" : "learning rate / max-lr";
    plots.push_back(std::move(*plot));
  }
  return plots;
}

void print_plan(const FitPlan& plan, const FitOptions& fit, std::int64_t accumulate, bool known) {
  print_prose(cat(extent(plan, accumulate), "policy: ", fit.schedule.text(), "\n\n"));
  print(render_terminal(rates_of(plan, known), terminal_of(stdout)));
  print("\n");
  Table table{{"group", "parameters", "decaying", known ? "lr" : "lr / max-lr", "momentum",
               "weight decay", "frozen in epochs"},
              {}};
  for (const GroupPlan& group : plan.groups) {
    table.rows.push_back({group.name, cat(group.parameters), cat(group.decaying), course(group.lr),
                          course(group.momentum), course(group.weight_decay), frozen_words(group)});
  }
  print(table);
  print("\n");
}

Json json_of(const FitPlan& plan) {
  Json groups = Json::array();
  for (const GroupPlan& group : plan.groups) {
    groups.push_back({{"name", group.name},
                      {"parameters", group.parameters},
                      {"decaying", group.decaying},
                      {"lr", group.lr},
                      {"momentum", group.momentum},
                      {"weight_decay", group.weight_decay},
                      {"frozen", group.frozen}});
  }
  return {{"epochs", plan.epochs},
          {"iterations", plan.iterations},
          {"iterations_per_epoch", plan.iterations_per_epoch},
          {"batches", plan.batches},
          {"examples", plan.examples},
          {"groups", groups}};
}

}  // namespace

void explain_fits(Learner& learner, const std::vector<FitOptions>& fits, bool known, bool json) {
  Json all = Json::array();
  Work work;
  for (const FitOptions& fit : fits) {
    const FitPlan plan = plan_fit(learner, fit);
    work.iterations += plan.iterations;
    work.validations += learner.has_validation() ? plan.epochs : 0;
    if (json) {
      all.push_back(json_of(plan));
    } else {
      print_plan(plan, fit, learner.options().accumulate, known);
    }
  }
  const FitCost cost = measure_cost(learner);
  if (json) {
    print_json({{"rates", known ? "absolute" : "multiples of max-lr"},
                {"fits", all},
                {"cost", cost_json(cost, work)}});
    return;
  }
  print_prose(cost_words(cost, work));
  if (!known) {
    print_prose(
        "The rates are multiples of the one that is to be found (--max-lr auto): by the finder in "
        "at "
        "most 100 iterations, then by short trials of its neighbours, which come on top. Neither "
        "changes the training that follows; onecycle explain find says what the finder tries.\n");
  }
}

}  // namespace onecycle::cli
