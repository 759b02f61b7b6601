#include "golden/families.h"
#include "golden/torch_parts.h"
#include "onecycle/schedule/compose.h"
#include "onecycle/schedule/policy/swa.h"
#include "onecycle/train/batch_norm.h"
#include "onecycle/train/weight_average.h"
#include "training.h"

namespace onecycle::golden {
namespace {

/// Averages as the case asks: from an update on, every so many.
class Averaging final : public Callback {
 public:
  Averaging(const Model& model, const json& p)
      : from_(p.at("averaging_start").get<std::int64_t>()),
        every_(p.at("average_every").get<std::int64_t>()),
        average_(*model.module, {.decay = optional_number(p, "ema_decay"),
                                 .average_buffers = p.at("average_buffers_too").get<bool>()}) {}

  Action iteration_end(const IterationContext& now) override {
    const std::int64_t since = now.fit.iteration - from_;
    if (since >= 0 && since % every_ == 0) {
      average_.update();
    }
    return Action::proceed;
  }

  [[nodiscard]] const WeightAverage& average() const { return average_; }

 private:
  std::int64_t from_, every_;
  WeightAverage average_;
};

Schedule schedule_of(const json& p, double peak) {
  const json& first = p.at("first_scheduler");
  const Swa swa{.end = number(p.at("swa_lr")) / peak,
                .anneal = Length::iterations(number(p.at("swa_anneal_epochs"))),
                .shape = p.at("swa_anneal") == "cos" ? SwaShape::cosine : SwaShape::linear};
  const double start = number(p.at("averaging_start"));
  const Schedule before = torch_schedule(first.at("type").get<std::string>(), first, peak);
  return start > 0.0 ? sequence({{before, Length::iterations(start)}, {swa}}) : Schedule(swa);
}

void check(const Case& c) {
  const json& p = c.params;
  const json& fixture = c.fixtures.at(p.at("fixture").get<std::string>());
  const double peak = number(p.at("optimizer_lr"));
  const LossLog log;
  Model made = fixture_model(fixture, false);
  const auto averaging = std::make_shared<Averaging>(made, p);
  Learner learner(std::move(made),
                  repeated_loader(fixture, p.at("minibatches").get<std::int64_t>()), std::nullopt,
                  {.loss = log.loss(),
                   .optimizer = Sgd{.momentum = number(p.at("momentum"))},
                   .decay_exclusion = {.small = false}});
  learner.fit({.lr = peak, .schedule = schedule_of(p, peak), .callbacks = {averaging}});

  expect_list("loss", c.expected.at("loss"), log.values(), Tolerance::of(c));
  expect_record(c, learner.run(), false);
  expect(averaging->average().count() == c.expected.at("n_averaged").get<std::int64_t>(),
         "as many models averaged");
  torch::nn::Module& module = *learner.model().module;
  expect_weights(c, "model_weights", named_tensors(module));
  expect_weights(c, "averaged_weights", averaging->average().weights());
  load_weights(module, averaging->average().weights());
  Loader rows = fixture_loader(fixture);
  const auto first_five = [&] { return learner.predict(rows.data()).slice(0, 0, 5); };
  expect_matrix("averaged_outputs_first5", c.expected.at("averaged_outputs_first5"), first_five(),
                Tolerance::of(c));
  if (c.expected.contains("after_update_bn")) {
    update_batch_norm(learner.model(), rows, torch::kCPU);
    expect_weights(c, "after_update_bn", named_tensors(module));
    expect_matrix("outputs_first5_after_update_bn", c.expected.at("outputs_first5_after_update_bn"),
                  first_five(), Tolerance::of(c));
  }
}

}  // namespace

Kinds train_averaging() { return {{"swa", check}, {"ema", check}}; }

}  // namespace onecycle::golden
