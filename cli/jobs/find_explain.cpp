#include "jobs/find_explain.h"

#include <vector>

#include "jobs/cost.h"
#include "onecycle/core/text.h"
#include "program/output.h"

namespace onecycle::cli {
namespace {

struct SweepPlan {
  std::vector<double> rates;
  std::int64_t batches = 0;
  std::int64_t examples = 0;
  double epochs = 0.0;
};

/// If nothing ends it early.
SweepPlan plan_of(const FindOptions& options, Learner& learner) {
  const Sweep& sweep = options.setup.sweep;
  SweepPlan plan;
  for (std::int64_t k = 0; k < sweep.iterations(); ++k) {
    plan.rates.push_back(sweep.rate(k));
  }
  const auto per_epoch = learner.iterations_per_epoch();
  const Loader& loader = learner.train_loader();
  const std::int64_t full = sweep.iterations() / per_epoch;
  const std::int64_t rest = sweep.iterations() % per_epoch * learner.options().accumulate;
  plan.batches = full * loader.batches() + rest;
  plan.examples = full * loader.examples();
  for (std::int64_t batch = 0; batch < rest; ++batch) {
    plan.examples += loader.batch_examples(batch);
  }
  plan.epochs = static_cast<double>(plan.batches) / static_cast<double>(loader.batches());
  return plan;
}

}  // namespace

void explain_find(const FindOptions& options, Learner& learner, bool json) {
  const SweepPlan plan = plan_of(options, learner);
  const auto iterations = static_cast<std::int64_t>(plan.rates.size());
  Json groups = Json::array();
  Table table{{"group", "first rate", "last rate", "frozen"}, {}};
  for (std::size_t g = 0; g < learner.model().groups.size(); ++g) {
    const std::size_t count = learner.model().groups.size();
    const double first = options.group_rates(plan.rates.front(), count)[g];
    const double last = options.group_rates(plan.rates.back(), count)[g];
    const bool frozen = static_cast<std::int64_t>(g) < learner.frozen();
    const std::string& name = learner.model().groups[g].name;
    groups.push_back({{"name", name}, {"first", first}, {"last", last}, {"frozen", frozen}});
    table.rows.push_back({name, format_brief(first), format_brief(last), frozen ? "yes" : "no"});
  }
  const FitCost cost = measure_cost(learner);
  const Work work{.iterations = iterations, .validations = options.valid_batches ? iterations : 0};
  if (json) {
    print_json({{"iterations", iterations},
                {"batches", plan.batches},
                {"examples", plan.examples},
                {"epochs", plan.epochs},
                {"lr", plan.rates},
                {"groups", groups},
                {"cost", cost_json(cost, work)}});
    return;
  }
  const std::int64_t accumulate = learner.options().accumulate;
  print_prose(
      cat("at most ", iterations, " iterations (weight updates, each of ", accumulate,
          accumulate == 1 ? " batch" : " batches", "), one rate each: ", plan.batches, " batches, ",
          format_count(plan.examples), " examples, ", format_brief(plan.epochs),
          " epochs.\nIt ends early where the loss blows up. What is plotted is the ",
          options.valid_batches ? "validation loss after" : "training loss before",
          " each update, smoothed.\nAfterwards weights, optimizer, random numbers and the place in "
          "the data are what they were.\n\n"));
  print(table);
  print_prose(cat("\n", cost_words(cost, work)));
}

}  // namespace onecycle::cli
