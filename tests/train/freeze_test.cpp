#include "onecycle/train/freeze.h"

#include <gtest/gtest.h>

#include "onecycle/model/weights.h"
#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

std::vector<torch::Tensor> copies(Learner& learner) {
  std::vector<torch::Tensor> all;
  for (const auto& tensor : named_tensors(*learner.model().module)) {
    all.push_back(tensor.second.detach().clone());
  }
  return all;
}

Learner toy_learner(FrozenNorms norms = FrozenNorms::train, bool plain = false) {
  return Learner(toy::model(plain), toy::train_loader(), std::nullopt,
                 {.optimizer = AdamW{}, .frozen_norms = norms});
}

/// Names of the tensors that training changed.
std::vector<std::string> changed_by(Learner& learner, const FitOptions& options) {
  const auto before = copies(learner);
  learner.fit(options);
  std::vector<std::string> names;
  std::size_t i = 0;
  for (const auto& [name, tensor] : named_tensors(*learner.model().module)) {
    if (!torch::equal(before[i++], tensor)) {
      names.push_back(name);
    }
  }
  return names;
}

TEST(Freeze, FrozenGroupsStandStillButForNorms) {
  Learner learner = toy_learner();
  learner.freeze();
  EXPECT_EQ(changed_by(learner, {.lr = 0.01}),
            (std::vector<std::string>{"norm.weight", "norm.bias", "head.weight", "head.bias",
                                      "norm.running_mean", "norm.running_var",
                                      "norm.num_batches_tracked"}));
}

TEST(Freeze, NormsStayWhereTheyAreToldTo) {
  Learner learner = toy_learner(FrozenNorms::stay);
  learner.freeze();
  EXPECT_EQ(changed_by(learner, {.lr = 0.01}),
            (std::vector<std::string>{"head.weight", "head.bias"}));
  learner.unfreeze();
  EXPECT_EQ(changed_by(learner, {.lr = 0.01}).size(),
            named_tensors(*learner.model().module).size());
}

TEST(Freeze, FrozenParametersTakeNoMemoryAndNoGradient) {
  Learner all = toy_learner(FrozenNorms::stay, /*plain=*/true);
  all.fit({.lr = 0.01});
  Learner head = toy_learner(FrozenNorms::stay, /*plain=*/true);
  head.freeze();
  head.fit({.lr = 0.01});
  constexpr std::int64_t kBody = 6 * 12 + 12;
  constexpr std::int64_t kHead = 12 * 3 + 3;
  EXPECT_EQ(all.optimizer().bytes(), (kBody + kHead) * 2 * 4);
  EXPECT_EQ(head.optimizer().bytes(), kHead * 2 * 4);
  EXPECT_FALSE(head.model().module->named_parameters()["body.weight"].requires_grad());
}

TEST(Freeze, ThawingDropsWhatTheOptimizerRemembers) {
  Learner learner = toy_learner();
  learner.fit({.lr = 0.01});
  EXPECT_GT(learner.optimizer().bytes(), 0);
  learner.freeze_to(0);
  EXPECT_GT(learner.optimizer().bytes(), 0) << "nothing was frozen or thawed";
  learner.freeze_to(1);
  EXPECT_EQ(learner.optimizer().bytes(), 0);
}

TEST(Freeze, APlanThawsFromTheHeadAndItsLastEpochThawsAll) {
  const FreezePlan plan{.freeze_to = -1, .unfreeze_at = {1, 3}};
  std::vector<std::int64_t> frozen;
  for (std::int64_t epoch = 0; epoch < 5; ++epoch) {
    frozen.push_back(plan.frozen(epoch, 5));
  }
  EXPECT_EQ(frozen, (std::vector<std::int64_t>{4, 3, 3, 0, 0}));
}

TEST(Freeze, TheRecorderSaysWhatWasFrozen) {
  Learner learner = toy_learner();
  learner.fit({.epochs = 3, .lr = 0.01, .freeze = {.unfreeze_at = {2}}});
  std::vector<std::int64_t> frozen;
  for (const EpochRecord& epoch : learner.run().epochs) {
    frozen.push_back(epoch.frozen);
  }
  EXPECT_EQ(frozen, (std::vector<std::int64_t>{1, 1, 0}));
}

TEST(Freeze, WhatCannotBeMeantIsRefused) {
  Learner learner = toy_learner();
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { learner.freeze_to(2); }),
            "freeze to: expected a group in -2 .. 1 (negative: from the end), got 2; one group at "
            "least is to be trained");
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [&] {
                         learner.fit({.epochs = 3, .freeze = {.unfreeze_at = {1, 2}}});
                       }),
            "unfreeze at: expected at most one epoch for each of the 1 frozen groups, got 2");
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [&] { learner.fit({.epochs = 3, .freeze = {.unfreeze_at = {3}}}); }),
            "unfreeze at: expected ascending epochs in 1 .. 2, got 3");
}

}  // namespace
}  // namespace onecycle
