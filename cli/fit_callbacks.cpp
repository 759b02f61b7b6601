#include "fit_callbacks.h"

#include <algorithm>

#include "onecycle/train/keep_averages.h"
#include "onecycle/train/snapshots.h"

namespace onecycle::cli {

bool higher_is_better(const std::string& metric, const Learner& learner) {
  const auto& metrics = learner.options().metrics;
  const auto found = std::find_if(metrics.begin(), metrics.end(),
                                  [&](const Metric& known) { return known.name == metric; });
  return found != metrics.end() && found->higher_is_better;
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
