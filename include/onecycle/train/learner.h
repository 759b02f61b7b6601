// The learner: a model, its data, an optimizer and the training loop.
#pragma once

#include <c10/core/Device.h>
#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/data/loader.h"
#include "onecycle/model/model.h"
#include "onecycle/record/run.h"
#include "onecycle/schedule/group_schedules.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/one_cycle.h"
#include "onecycle/schedule/rates.h"
#include "onecycle/train/callback.h"
#include "onecycle/train/loss.h"
#include "onecycle/train/lr_find.h"
#include "onecycle/train/optimizer.h"
#include "onecycle/train/recorder.h"
#include "onecycle/train/state.h"

namespace onecycle {

/// Options of a learner.
struct LearnerOptions {
  Loss loss = cross_entropy();
  std::vector<Metric> metrics = {};  ///< on the validation set, after each epoch
  OptimizerOptions optimizer = Sgd{};
  bool decay_all = false;  ///< weight decay also for biases and normalisation (see make_optimizer)
  std::int64_t accumulate = 1;  ///< batches an iteration; its gradient is that of one large batch
  c10::Device device = c10::kCPU;
};

/// What to do in one fit.
struct FitOptions {
  std::int64_t epochs = 1;
  Rates lr = 1e-3;  ///< peak rates
  /// Over this fit, for all groups or one a group. Momentum and weight decay are moved where it
  /// prescribes them and the optimizer has them.
  GroupSchedules schedule = Constant{};
  Callbacks callbacks = {};  ///< asked in this order
};

/// How a fit ended.
struct FitResult {
  enum class End {
    completed,
    stopped,  ///< a callback asked for it
    diverged  ///< a loss was not finite
  };
  End end = End::completed;
  std::int64_t epochs = 0;      ///< begun and ended
  std::int64_t iterations = 0;  ///< weight updates
  double seconds = 0.0;
  std::string why;  ///< in words, unless completed
};

/// Means over a data set.
struct Evaluation {
  double loss = 0.0;
  std::vector<double> metrics;  ///< in the order of `LearnerOptions::metrics`
  std::int64_t examples = 0;
};

/// Trains a model. It owns the loop and nothing else: schedules, recording and hooks are its parts,
/// each usable alone.
class Learner {
 public:
  /// Moves the model to the device. `valid` may be absent. Throws a usage error if options are out
  /// of range or the model's groups do not cover its parameters.
  Learner(Model model, Loader train, std::optional<Loader> valid, LearnerOptions options = {});
  Learner(const Learner&) = delete;
  Learner& operator=(const Learner&) = delete;

  /// Throws a usage error if `fit` could not do what the options say: fewer than 1 epoch, rates or
  /// schedules that do not fit the groups, a schedule that cannot do in as many iterations what it
  /// says, or one that moves a hyper-parameter that the optimizer does not have.
  void check(const FitOptions& options) const;

  /// Trains. An exception (of a callback, of the data) leaves the learner as it was at that moment.
  /// Throws what `check` throws before anything is trained.
  FitResult fit(const FitOptions& options);

  /// Trains with the 1cycle policy. Source: fastai v2, `fit_one_cycle`.
  FitResult fit_one_cycle(std::int64_t epochs, Rates max_lr, const OneCycle& policy = {},
                          Callbacks callbacks = {});

  /// Raises the rate over `num_it` iterations and puts everything back, bit for bit, also after an
  /// exception. See train/lr_find.h.
  FindRecord lr_find(const FindOptions& options = {});

  /// Loss and metrics on the validation set. Throws a usage error if there is none.
  Evaluation validate() { return evaluate(valid_loader()); }
  /// The same on any data; the model's train/eval mode is put back.
  Evaluation evaluate(Loader& loader) { return evaluate(loader, model_.forward); }
  /// The same of what `forward` makes of the inputs of each batch, in the loader's order.
  Evaluation evaluate(Loader& loader,
                      const std::function<torch::Tensor(const torch::Tensor&)>& forward);
  /// The outputs of the model, in eval mode, for all of `data` in order: [examples, ...] on the
  /// CPU.
  torch::Tensor predict(const Dataset& data, std::int64_t batch_size = 1024);

  /// Everything that training depends on: model, gradients, modes, optimizer, counters, cursor of
  /// the training data, random streams, record, callbacks. The one list for all purposes.
  void state(StateArchive& archive);

  /// Epoch and iteration counts over all fits.
  [[nodiscard]] std::int64_t iterations() const { return iteration_; }
  [[nodiscard]] std::int64_t epochs() const { return epoch_; }
  /// ceil(batches / accumulate).
  [[nodiscard]] std::int64_t iterations_per_epoch() const;

  [[nodiscard]] Model& model() { return model_; }
  [[nodiscard]] Optimizer& optimizer() { return *optimizer_; }
  [[nodiscard]] Loader& train_loader() { return train_; }
  [[nodiscard]] Loader& valid_loader();
  [[nodiscard]] const Run& run() const { return run_; }
  [[nodiscard]] Run& run() { return run_; }
  [[nodiscard]] const LearnerOptions& options() const { return options_; }

 private:
  struct Fit;
  struct Window;
  [[nodiscard]] Window backward(const FitContext* fit, Action& action);
  void prescribe(const Fit& fit);
  Action train_epoch(Fit& fit);
  Action end_epoch(Fit& fit, Action action, std::size_t first_record);
  template <class Ask>
  Action ask(Ask hook);

  Model model_;
  Loader train_;
  std::optional<Loader> valid_;
  LearnerOptions options_;
  std::unique_ptr<Optimizer> optimizer_;
  Run run_;
  Recorder recorder_;
  std::int64_t iteration_ = 0;
  std::int64_t epoch_ = 0;
  Callbacks callbacks_;  // of the fit that runs
};

}  // namespace onecycle
