#include <ATen/ops/log_softmax.h>
#include <ATen/ops/nll_loss.h>

#include "golden/families.h"
#include "golden/torch_parts.h"
#include "onecycle/schedule/policy/sgdr.h"
#include "onecycle/train/snapshots.h"
#include "training.h"

namespace onecycle::golden {
namespace {

Schedule schedule_of(const json& p, double peak) {
  const json& schedule = p.at("schedule");
  if (schedule.contains("T_0")) {
    return torch_schedule("CosineAnnealingWarmRestarts", schedule, peak);
  }
  return Sgdr{.cycle_len = Length::iterations(number(schedule.at("cycle_length"))),
              .cycle_mult = 1.0};
}

/// Outputs of every snapshot on all rows, in eval mode.
std::vector<torch::Tensor> outputs_of(Learner& learner, const Snapshots& snapshots,
                                      const Dataset& rows) {
  std::vector<torch::Tensor> outputs;
  for (const NamedTensors& member : snapshots.members()) {
    load_weights(*learner.model().module, member);
    outputs.push_back(learner.predict(rows));
  }
  return outputs;
}

double accuracy_of(const torch::Tensor& log_probabilities, const torch::Tensor& targets) {
  return log_probabilities.argmax(-1).eq(targets).to(torch::kDouble).mean().item<double>();
}

void check(const Case& c) {
  const json& p = c.params;
  const json& fixture = c.fixtures.at(p.at("fixture").get<std::string>());
  const double peak = number(p.at("optimizer_lr"));
  const LossLog log;
  Model made = fixture_model(fixture, false);
  const auto taken = p.at("snapshots_after_optimizer_step");
  const auto snapshots = std::make_shared<Snapshots>(made, SnapshotOptions{.most = 100});
  Learner learner(std::move(made),
                  repeated_loader(fixture, p.at("minibatches").get<std::int64_t>()), std::nullopt,
                  {.loss = log.loss(),
                   .optimizer = Sgd{.momentum = number(p.at("momentum"))},
                   .decay_exclusion = {.small = false}});
  const Schedule schedule = schedule_of(p, peak);
  learner.fit({.lr = peak, .schedule = schedule, .callbacks = {snapshots}});

  expect_list("loss", c.expected.at("loss"), log.values(), Tolerance::of(c));
  expect_record(c, learner.run(), false);
  expect(schedule.cycle_ends(p.at("minibatches").get<std::int64_t>()) ==
             taken.get<std::vector<std::int64_t>>(),
         "cycles end where the peer takes snapshots");
  Loader rows = fixture_loader(fixture);
  const torch::Tensor targets = rows.data().slice(0, rows.data().size()).targets;
  const auto outputs = outputs_of(learner, *snapshots, rows.data());
  expect(outputs.size() == taken.size(), "as many snapshots");
  std::vector<double> alone, together, losses;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const torch::Tensor own = at::log_softmax(outputs[k], -1);
    // The last k + 1.
    const std::vector<torch::Tensor> last(outputs.end() - static_cast<std::ptrdiff_t>(k) - 1,
                                          outputs.end());
    const torch::Tensor ensemble = ensemble_output(last, TaskKind::classification);
    expect_matrix(cat("snapshot ", k), c.expected.at("snapshot_probabilities_first5").at(k),
                  own.exp().slice(0, 0, 5), Tolerance::of(c));
    expect_matrix(cat("ensemble of ", k + 1), c.expected.at("ensemble_probabilities_first5").at(k),
                  ensemble.exp().slice(0, 0, 5), Tolerance::of(c));
    alone.push_back(accuracy_of(own, targets));
    together.push_back(accuracy_of(ensemble, targets));
    losses.push_back(at::nll_loss(ensemble, targets).item<double>());
  }
  expect_list("snapshot_accuracy", c.expected.at("snapshot_accuracy"), alone, Tolerance::of(c));
  expect_list("ensemble_accuracy", c.expected.at("ensemble_accuracy"), together, Tolerance::of(c));
  expect_list("ensemble_nll", c.expected.at("ensemble_nll"), losses, Tolerance::of(c));
}

}  // namespace

Kinds train_snapshot() { return {{"warm_restarts", check}, {"paper", check}}; }

}  // namespace onecycle::golden
