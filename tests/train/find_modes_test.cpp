// Whatever the finder is asked for, and whenever: training after it is the training without it.

#include <gtest/gtest.h>
#include <torch/optim/adam.h>

#include <filesystem>

#include "onecycle/train/checkpoint.h"
#include "onecycle/train/keep.h"
#include "onecycle/train/lr_find.h"
#include "support/message.h"
#include "support/temp_folder.h"
#include "train/toy.h"

namespace onecycle {
namespace {

struct Mode {
  std::string name;
  LearnerOptions learner = {};
  FindOptions find = {};
  bool frozen = false;
};

std::vector<Mode> modes() {
  const auto torch_adam = [](auto groups) {
    return std::make_unique<torch::optim::Adam>(groups, torch::optim::AdamOptions());
  };
  return {{.name = "plain"},
          {.name = "accumulated", .learner = {.accumulate = 4}},
          {.name = "clipped", .learner = {.clip = {.norm = 0.1}}},
          {.name = "bf16", .learner = {.precision = Precision::bfloat16}},
          {.name = "fp16", .learner = {.precision = Precision::float16}},
          {.name = "one_group", .find = {.group = 0}},
          {.name = "in_ratio", .find = {.multipliers = {0.1, 1.0}}},
          {.name = "frozen", .frozen = true},
          {.name = "on_validation", .find = {.valid_batches = 0}},
          {.name = "on_one_validation_batch", .find = {.valid_batches = 1}},
          {.name = "snapshot_on_disk", .find = {.snapshot = Snapshot::disk}},
          {.name = "adamw", .learner = {.optimizer = AdamW{}}},
          {.name = "rmsprop", .learner = {.optimizer = RmsProp{.momentum = 0.9, .centered = true}}},
          {.name = "lamb", .learner = {.optimizer = Lamb{}}},
          {.name = "libtorchs_adam", .learner = {.optimizer = TorchOptimizer{.make = torch_adam}}}};
}

Learner make(const Mode& mode) {
  return Learner(toy::model(), toy::train_loader(), toy::valid_loader(), mode.learner);
}

FindRecord find_in(const Mode& mode, Learner& learner) {
  FindOptions options = mode.find;
  options.setup.sweep.num_it = 25;
  options.certify = true;
  FindRecord record = learner.lr_find(options);
  EXPECT_EQ(record.state_before, record.state_after) << mode.name;
  EXPECT_GT(record.lr.size(), 5U) << mode.name;
  return record;
}

/// The state after a fit that has been going on for a while, a sweep or none, and another fit. One
/// learner after the other: dropout draws from one stream.
std::string trained(const Mode& mode, bool finds) {
  Learner learner = make(mode);
  if (mode.frozen) {
    learner.freeze();
  }
  learner.fit({.epochs = 2, .lr = 0.01});
  if (finds) {
    find_in(mode, learner);
  }
  learner.fit_one_cycle(2, 0.01);
  return toy::state_hash(learner);
}

TEST(FindModes, AFitAfterFindIsTheFit) {
  for (const Mode& mode : modes()) {
    EXPECT_EQ(trained(mode, /*finds=*/true), trained(mode, /*finds=*/false)) << mode.name;
  }
}

/// Asks the finder in the middle of an epoch.
class FindAt final : public Callback {
 public:
  FindAt(const Mode& mode, Learner& learner, std::int64_t iteration)
      : mode_(mode), learner_(learner), iteration_(iteration) {}
  Action at_rest(const FitContext& fit) override {
    if (fit.iteration == iteration_) {
      find_in(mode_, learner_);
    }
    return Action::proceed;
  }

 private:
  const Mode& mode_;
  Learner& learner_;
  std::int64_t iteration_;
};

TEST(FindModes, AFinderInTheMiddleOfAFitChangesNothing) {
  for (const Mode& mode : modes()) {
    Learner with = make(mode);
    with.fit({.epochs = 2, .lr = 0.01, .callbacks = {std::make_shared<FindAt>(mode, with, 2)}});
    const std::string after = toy::state_hash(with);
    Learner without = make(mode);
    without.fit({.epochs = 2, .lr = 0.01});
    EXPECT_EQ(weights_sha256(with.model()), weights_sha256(without.model())) << mode.name;
    EXPECT_EQ(after, toy::state_hash(without)) << mode.name;
  }
}

TEST(FindModes, AFinderInAResumedFitChangesNothing) {
  const TempFolder folder;
  const auto checkpoints = folder.path() / "checkpoints";
  for (const Mode& mode : modes()) {
    std::filesystem::remove_all(checkpoints);
    Learner without = make(mode);
    without.fit({.epochs = 2,
                 .lr = 0.01,
                 .callbacks = {std::make_shared<Checkpointer>(CheckpointOptions{
                     .folder = checkpoints, .every = {.epoch = true}, .keep = 9})}});
    const std::string expected = toy::state_hash(without);
    const Checkpoint middle = read_checkpoint(checkpoints_in(checkpoints).back());
    Learner with = make(mode);
    with.resume(
        {.epochs = 2,
         .lr = 0.01,
         .callbacks = {std::make_shared<FindAt>(mode, with, without.iterations_per_epoch() + 1)}},
        middle);
    EXPECT_EQ(toy::state_hash(with), toy::state_hash(without)) << mode.name;
  }
}

TEST(FindModes, TheOtherGroupsStandStillInASweepOfOne) {
  Learner learner = make({});
  const torch::Tensor body = learner.model().module->named_parameters()["body.weight"];
  const torch::Tensor head = learner.model().module->named_parameters()["head.weight"];
  const torch::Tensor body_before = body.detach().clone();
  const torch::Tensor head_before = head.detach().clone();
  bool body_moved = false;
  bool head_moved = false;
  FindOptions options{.group = 1};
  options.interrupted = [&] {
    body_moved = body_moved || !torch::equal(body, body_before);
    head_moved = head_moved || !torch::equal(head, head_before);
    return false;
  };
  learner.lr_find(options);
  EXPECT_FALSE(body_moved);
  EXPECT_TRUE(head_moved);
}

TEST(FindModes, ARatioSweepsTheGroupsTogether) {
  const FindOptions options{.multipliers = {0.1, 1.0}};
  EXPECT_EQ(options.group_rates(0.5, 2), (std::vector<double>{0.05, 0.5}));
  EXPECT_EQ(FindOptions{}.group_rates(0.5, 2), (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(FindOptions{.group = 0}.group_rates(0.5, 2), (std::vector<double>{0.5, 0.0}));
}

TEST(FindModes, TheValidationLossIsTheOneAfterTheUpdate) {
  Learner found = make({});
  FindOptions options{.valid_batches = 0};
  options.setup.sweep.num_it = 10;
  const FindRecord record = found.lr_find(options);
  Learner fitted = make({});
  // The first rate of the sweep, for one update.
  struct StopAtOnce final : Callback {
    Action iteration_end(const IterationContext& /*now*/) override { return Action::stop_epoch; }
  };
  fitted.fit({.lr = record.lr.front(), .callbacks = {std::make_shared<StopAtOnce>()}});
  EXPECT_EQ(record.loss.front(), fitted.run().epochs.back().valid_loss.value());
}

TEST(FindModes, ASnapshotOnDiskLeavesNoFile) {
  const TempFolder folder;
  const char* const before = std::getenv("TMPDIR");
  const std::string kept = before != nullptr ? before : "";
  setenv("TMPDIR", folder.path().c_str(), 1);
  Learner learner = make({});
  FindOptions options{.snapshot = Snapshot::disk};
  bool seen = false;
  options.interrupted = [&] {
    seen = seen || !std::filesystem::is_empty(folder.path());
    return false;
  };
  learner.lr_find(options);
  EXPECT_TRUE(seen) << "while the sweep runs";
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "and not after it";
  setenv("TMPDIR", "/no/such/folder", 1);
  EXPECT_NE(message_of(ErrorKind::internal, [&] { learner.lr_find(options); }).find("TMPDIR"),
            std::string::npos);
  kept.empty() ? unsetenv("TMPDIR") : setenv("TMPDIR", kept.c_str(), 1);
}

TEST(FindModes, WhatCannotBeMeantIsRefused) {
  Learner learner(toy::model(), toy::train_loader(), std::nullopt);
  const auto with = [&](const FindOptions& options) {
    return message_of(ErrorKind::usage, [&] { learner.lr_find(options); });
  };
  EXPECT_EQ(with({.group = 2}), "lr_find: group: expected one of 0 .. 1, got 2");
  EXPECT_EQ(with({.multipliers = {1.0}}), "lr_find: multipliers: expected 2 (one a group), got 1");
  EXPECT_EQ(with({.valid_batches = 1}),
            "lr_find: expected a validation set to measure the loss on, got none; give one to the "
            "learner, or use the training loss");
}

}  // namespace
}  // namespace onecycle
