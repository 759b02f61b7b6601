#include "jobs/fit_callbacks.h"

#include <algorithm>

#include "onecycle/train/keep_averages.h"
#include "onecycle/train/snapshots.h"

namespace onecycle::cli {

std::optional<std::size_t> place_of_metric(const std::string& metric, const Learner& learner) {
  if (metric == "loss") {
    return std::nullopt;
  }
  const auto& names = learner.run().metrics;
  const auto found = std::find(names.begin(), names.end(), metric);
  if (found == names.end()) {
    std::vector<std::string> known = names;
    known.emplace_back("loss");
    fail(ErrorKind::usage, "--metric: unknown metric '", metric, "'", suggest_name(metric, known));
  }
  require(learner.has_validation(), ErrorKind::usage, "--metric: expected loss, got '", metric,
          "' without a validation set to measure it on; give --valid a fraction");
  return static_cast<std::size_t>(found - names.begin());
}

bool higher_is_better(const std::string& metric, const Learner& learner) {
  const auto place = place_of_metric(metric, learner);
  return place && learner.options().metrics[*place].higher_is_better;
}

std::shared_ptr<KeptWeights> kept_weights(const std::string& name, const FitFlags& flags,
                                          const FitRequest& request, Learner& learner) {
  const Model& model = learner.model();
  if (name == "best") {
    return std::make_shared<BestWeights>(
        model, BestOptions{.metric = flags.metric,
                           .higher_is_better = higher_is_better(flags.metric, learner)});
  }
  if (name == "swa") {
    return std::make_shared<SwaWeights>(model, SwaOptions{.from = request.swa_from});
  }
  if (name == "ema") {
    return std::make_shared<EmaWeights>(model, EmaOptions{.decay = flags.ema_decay});
  }
  if (name == "lows") {
    return std::make_shared<LowWeights>(model);
  }
  return std::make_shared<Snapshots>(model,
                                     SnapshotOptions{.most = flags.snapshots, .name = "ensemble"});
}

}  // namespace onecycle::cli
