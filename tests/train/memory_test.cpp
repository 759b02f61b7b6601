// What the parts of training hold in memory, in sizes of the model's parameters: the table of
// docs/library.md.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "onecycle/model/mlp.h"
#include "onecycle/train/checkpoint.h"
#include "onecycle/train/keep_averages.h"
#include "onecycle/train/learner.h"
#include "support/temp_folder.h"
#include "support/tensor_memory.h"

namespace onecycle {
namespace {

constexpr double kRest = 0.1;  // activations, losses, the outer layers

/// So wide that batches of 4 examples are small beside the parameters, nearly all of which are in
/// the middle one of three groups.
Learner wide_learner() {
  torch::manual_seed(1);
  auto data =
      std::make_shared<TensorDataset>(torch::randn({16, 8}), torch::randint(2, {16}, torch::kLong));
  return {mlp({.inputs = 8, .outputs = 2, .hidden = {400, 400}}),
          Loader(std::move(data), {.batch_size = 4}), std::nullopt};
}

/// In sizes of the model.
struct Sizes {
  double peak;
  double kept;
};

Sizes sizes_of(Learner& learner, const std::function<void()>& work) {
  std::int64_t model = 0;
  for (const torch::Tensor& parameter : learner.model().module->parameters()) {
    model += static_cast<std::int64_t>(parameter.nbytes());
  }
  const TensorMemory memory = tensor_memory(work);
  return {static_cast<double>(memory.peak) / static_cast<double>(model),
          static_cast<double>(memory.kept) / static_cast<double>(model)};
}

Sizes of_fit(Learner& learner, Callbacks callbacks = {}) {
  return sizes_of(
      learner, [&] { learner.fit({.epochs = 2, .lr = 0.01, .callbacks = std::move(callbacks)}); });
}

TEST(Memory, OfAFitIsGradientsAndMomenta) {
  Learner learner = wide_learner();
  const Sizes fit = of_fit(learner);
  EXPECT_NEAR(fit.peak, 2.0, kRest);
  EXPECT_NEAR(fit.kept, 1.0, kRest) << "momenta";
}

TEST(Memory, FrozenParametersTakeNone) {
  Learner learner = wide_learner();
  learner.freeze();
  const Sizes fit = of_fit(learner);
  EXPECT_NEAR(fit.peak, 0.0, kRest);
  EXPECT_NEAR(fit.kept, 0.0, kRest);
}

TEST(Memory, OfTheFindersSnapshotIsOneCopyOfTheStateOrNone) {
  const auto peak = [](Snapshot snapshot) {
    Learner learner = wide_learner();
    learner.fit({.epochs = 1, .lr = 0.01});  // so that there are weights and momenta to be kept
    const Sizes sweep = sizes_of(learner, [&] { (void)learner.lr_find({.snapshot = snapshot}); });
    EXPECT_NEAR(sweep.kept, 0.0, kRest);
    return sweep.peak;
  };
  const double disk = peak(Snapshot::disk);
  EXPECT_NEAR(disk, 1.0, kRest) << "gradients";
  EXPECT_NEAR(peak(Snapshot::memory) - disk, 2.0, kRest) << "weights and momenta";
}

TEST(Memory, OfAnAverageIsOneModel) {
  Learner learner = wide_learner();
  const auto ema = std::make_shared<EmaWeights>(learner.model(), EmaOptions{});
  const Sizes fit = of_fit(learner, {ema});
  EXPECT_NEAR(fit.peak, 3.0, kRest);
}

TEST(Memory, OfCheckpointsIsOneCopyOfTheStateWhileItIsWritten) {
  const TempFolder folder;
  Learner learner = wide_learner();
  const Sizes fit = of_fit(learner, {std::make_shared<Checkpointer>(CheckpointOptions{
                                        .folder = folder.path(), .every = {.epoch = true}})});
  EXPECT_NEAR(fit.peak, 4.0, 2.0 * kRest);
}

}  // namespace
}  // namespace onecycle
