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
#include "onecycle/train/clip.h"
#include "onecycle/train/freeze.h"
#include "onecycle/train/loss.h"
#include "onecycle/train/lr_find.h"
#include "onecycle/train/optimizer.h"
#include "onecycle/train/precision.h"
#include "onecycle/train/recorder.h"
#include "onecycle/train/rollback.h"
#include "onecycle/train/state.h"

namespace onecycle {

struct Checkpoint;

/// Options of a learner.
struct LearnerOptions {
  Loss loss = cross_entropy();
  std::vector<Metric> metrics = {};  ///< on the validation set, after each epoch
  OptimizerOptions optimizer = Sgd{};
  DecayExclusion decay_exclusion = {};  ///< which parameters get no weight decay
  std::int64_t accumulate = 1;  ///< batches an iteration; its gradient is that of one large batch
  ClipOptions clip = {};        ///< of the gradient of an iteration, however many batches it has
  Precision precision = Precision::float32;
  FrozenNorms frozen_norms = FrozenNorms::train;
  /// Lays out weights and inputs with four dimensions channels-last, which convolutions and pooling
  /// prefer. The models of this library do so by themselves.
  bool channels_last = false;
  c10::Device device = c10::kCPU;
};

/// What to do in one fit.
struct FitOptions {
  std::int64_t epochs = 1;
  Rates lr = 1e-3;  ///< peak rates
  /// Over this fit, for all groups or one a group. Momentum and weight decay are moved where it
  /// prescribes them and the optimizer has them.
  GroupSchedules schedule = Constant{};
  FreezePlan freeze = {};
  std::optional<Rollback> rollback = {};
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
  std::int64_t overflows = 0;   ///< updates not made because gradients in float16 overflowed
  std::int64_t returns = 0;     ///< see `FitOptions::rollback`
  double seconds = 0.0;         ///< of this call
  std::string why;              ///< in words, unless completed
};

/// Means over a data set.
struct Evaluation {
  double loss = 0.0;
  std::vector<double> metrics;  ///< in the order of `LearnerOptions::metrics`
  std::int64_t examples = 0;
};

/// What is evaluated.
struct EvaluateOptions {
  /// In place of the model's: called with the inputs of each batch, in the loader's order.
  std::function<torch::Tensor(const torch::Tensor&)> forward = {};
  std::optional<std::int64_t> most_batches = {};  ///< at least 1; not given: all
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

  /// Goes on with the fit that wrote `checkpoint`, as if it had never ended: the same options (they
  /// are not in the checkpoint), the same learner made anew, the same number of threads give the
  /// same bits. Throws what `fit` throws, and a checkpoint error, having changed nothing, if the
  /// checkpoint belongs to another learner or fit.
  FitResult resume(const FitOptions& options, const Checkpoint& checkpoint);

  /// Puts the learner to where it was when `checkpoint` was written; its fit ends there. Throws a
  /// checkpoint error, having changed nothing, if it belongs to another learner.
  void load(const Checkpoint& checkpoint);

  /// Trains with the 1cycle policy. Source: fastai v2, `fit_one_cycle`.
  FitResult fit_one_cycle(std::int64_t epochs, Rates max_lr, const OneCycle& policy = {},
                          Callbacks callbacks = {});

  /// Freezes the groups before `group`, 0 the one at the input; negative: counted from the end, so
  /// that -1 trains the head alone. All others are trained. Frozen parameters cost no gradient and
  /// no memory of the optimizer. What the optimizer remembers is dropped, as fastai does; nothing
  /// happens if the same groups are frozen already. Throws a usage error if there is no such group.
  void freeze_to(std::int64_t group);
  /// `freeze_to(-1)`.
  void freeze() { freeze_to(-1); }
  /// `freeze_to(0)`.
  void unfreeze() { freeze_to(0); }
  /// How many groups are frozen, from the input side.
  [[nodiscard]] std::int64_t frozen() const { return frozen_; }

  /// Raises the rate over `num_it` iterations and puts everything back, bit for bit, also after an
  /// exception. See train/lr_find.h.
  FindRecord lr_find(const FindOptions& options = {});

  /// Loss and metrics on the validation set. Throws a usage error if there is none.
  Evaluation validate() { return evaluate(valid_loader()); }
  /// The same on any data; the model's train/eval mode is put back.
  Evaluation evaluate(Loader& loader, const EvaluateOptions& options = {});
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

  /// What the schedule of `options` prescribes for each group at `iteration` of that fit.
  [[nodiscard]] std::vector<GroupValues> prescribed(const FitOptions& options,
                                                    std::int64_t iteration) const;

  [[nodiscard]] Model& model() { return model_; }
  [[nodiscard]] Optimizer& optimizer() { return *optimizer_; }
  [[nodiscard]] Loader& train_loader() { return train_; }
  [[nodiscard]] Loader& valid_loader();
  [[nodiscard]] bool has_validation() const { return valid_.has_value(); }
  [[nodiscard]] const Run& run() const { return run_; }
  [[nodiscard]] Run& run() { return run_; }
  [[nodiscard]] const LearnerOptions& options() const { return options_; }

 private:
  struct Fit;
  struct Window;
  FitResult run_fit(const FitOptions& options, const Checkpoint* checkpoint);
  void begin(Fit& fit);
  void go_on_from(const Checkpoint* checkpoint, Fit& fit);
  void restore_learner(const Checkpoint& checkpoint, const TrainState& saved,
                       const StateList& list);
  void conclude(Fit& fit);
  void begin_epoch(Fit& fit);
  void train_epoch(Fit& fit);
  bool iterate(Fit& fit);
  void end_epoch(Fit& fit);
  void prescribe(const FitOptions& options, const std::vector<double>& peaks,
                 std::int64_t iteration, std::vector<GroupValues>& values) const;
  void return_or_remember(Fit& fit);
  void fit_state(StateArchive& archive, Fit& fit);
  [[nodiscard]] Window backward(const FitContext* fit, Action& action);
  [[nodiscard]] bool finish_gradient(Window& window);
  [[nodiscard]] Batch to_device(const Batch& batch) const;
  [[nodiscard]] FindStep find_step(const FindOptions& options, double rate, std::int64_t& epoch);
  void set_frozen(std::int64_t count);
  template <class Ask>
  Action ask(Ask hook);

  Model model_;
  Loader train_;
  std::optional<Loader> valid_;
  LearnerOptions options_;
  std::unique_ptr<Optimizer> optimizer_;
  std::vector<torch::Tensor> parameters_;  // of all groups
  LossScaler scaler_;
  Run run_;
  Recorder recorder_;
  std::int64_t iteration_ = 0;
  std::int64_t epoch_ = 0;
  std::int64_t frozen_ = 0;
  Callbacks callbacks_;  // of the fit that runs
};

}  // namespace onecycle
