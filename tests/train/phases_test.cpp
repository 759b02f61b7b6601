// Where the time of an epoch goes.

#include "record/phases.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "train/toy.h"

namespace onecycle {
namespace {

/// Sleeps where it is asked to.
class Sleeper : public Callback {
 public:
  Action batch_begin(const FitContext& /*fit*/, const Batch& /*batch*/) override { return sleep(); }
  Action gradients_ready(const IterationContext& /*iteration*/) override { return sleep(); }
  Action iteration_end(const IterationContext& /*iteration*/) override { return sleep(); }

 private:
  static Action sleep() {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return Action::proceed;
  }
};

double sum_of(const PhaseSeconds& phases) {
  double sum = 0.0;
  for (const TimedPhase& phase : kTimedPhases) {
    sum += phases.*phase.seconds;
  }
  return sum;
}

TEST(Phases, ArePartsOfTheTimeOfTheirEpoch) {
  Learner learner(toy::model(), toy::train_loader(), toy::valid_loader());
  (void)learner.fit({.epochs = 2, .lr = 0.1});
  for (const EpochRecord& epoch : learner.run().epochs) {
    for (const TimedPhase& phase : kTimedPhases) {
      EXPECT_GT(epoch.phases.*phase.seconds, 0.0) << phase.name;
    }
    EXPECT_LE(sum_of(epoch.phases), epoch.seconds);
  }
}

TEST(Phases, LeaveOutWhatCallbacksTake) {
  Learner learner(toy::model(), toy::train_loader(), std::nullopt);
  (void)learner.fit({.epochs = 1, .lr = 0.1, .callbacks = {std::make_shared<Sleeper>()}});
  const EpochRecord& epoch = learner.run().epochs.front();
  const auto slept = 0.005 * 3 * static_cast<double>(learner.run().iterations.size());
  EXPECT_LE(sum_of(epoch.phases), epoch.seconds - slept);
  EXPECT_EQ(epoch.phases.validation, 0.0);
}

TEST(Phases, CountTheDataOfTheWholeEpoch) {
  struct Slow : Dataset {
    std::shared_ptr<TensorDataset> data = toy::data();
    [[nodiscard]] std::int64_t size() const override { return data->size(); }
    [[nodiscard]] Batch get(const torch::Tensor& indices) const override {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      return data->get(indices);
    }
  };
  const auto slow = std::make_shared<Slow>();
  Learner learner(toy::model(), Loader(slow, {.batch_size = 30}), std::nullopt);
  (void)learner.fit({.epochs = 1, .lr = 0.1});
  EXPECT_GE(learner.run().epochs.front().phases.data, 3 * 0.005);
}

}  // namespace
}  // namespace onecycle
