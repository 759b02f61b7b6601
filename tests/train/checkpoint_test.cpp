#include "onecycle/train/checkpoint.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "onecycle/core/files.h"
#include "onecycle/data/safetensors.h"
#include "onecycle/schedule/policy/sgdr.h"
#include "onecycle/train/keep_averages.h"
#include "onecycle/train/snapshots.h"
#include "onecycle/train/stopping.h"
#include "support/message.h"
#include "support/temp_folder.h"
#include "train/toy.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

/// A fit with everything that remembers something: accumulation, clipping, a thaw, averages,
/// snapshots, dropout, batch norm.
struct Everything {
  std::unique_ptr<Learner> learner;
  std::vector<std::shared_ptr<KeptWeights>> kept;
  FitOptions options;

  Everything()
      : learner(std::make_unique<Learner>(toy::model(), toy::train_loader(), toy::valid_loader(),
                                          LearnerOptions{.metrics = {accuracy()},
                                                         .optimizer = AdamW{},
                                                         .accumulate = 2,
                                                         .clip = {.norm = 0.5}})) {
    const Model& model = learner->model();
    kept = {std::make_shared<BestWeights>(model), std::make_shared<EmaWeights>(model),
            std::make_shared<SwaWeights>(model, SwaOptions{.from = Length::share(0.3)}),
            std::make_shared<LowWeights>(model), std::make_shared<Snapshots>(model)};
    options = {.epochs = 4,
               .lr = Rates::range(0.002, 0.02),
               .schedule = Sgdr{.cycle_len = Length::iterations(5)},
               .freeze = {.freeze_to = 1, .unfreeze_at = {2}},
               .callbacks = Callbacks(kept.begin(), kept.end())};
    options.callbacks.push_back(
        std::make_shared<EarlyStopping>(EarlyStoppingOptions{.patience = 100}, learner->run()));
  }

  /// All that a user can get out of it.
  [[nodiscard]] std::string result() {
    TrainState all = save_state([&](StateArchive& archive) { learner->state(archive); });
    for (const auto& each : kept) {
      for (const NamedTensors& member : each->members()) {
        all.tensors.insert(all.tensors.end(), member.begin(), member.end());
      }
    }
    for (const IterationRecord& record : learner->run().iterations) {
      all.values.emplace_back(
          "loss", cat(record.loss, " ", record.smoothed, " ", record.grad_norm.value_or(-1.0)));
    }
    for (const EpochRecord& epoch : learner->run().epochs) {
      all.values.emplace_back("epoch", cat(epoch.train_loss, " ", epoch.valid_loss.value_or(-1.0),
                                           " ", epoch.metrics.at(0), " ", epoch.frozen));
    }
    return all.sha256();
  }
};

/// Ends a fit, as a killed program does, after so many moments of rest, with a checkpoint there.
class KillAt final : public Callback {
 public:
  KillAt(std::int64_t moment, fs::path path) : moment_(moment), path_(std::move(path)) {}
  Action at_rest(const FitContext& fit) override {
    if (moment_-- == 0) {
      write_checkpoint(path_, {.state = save_state(fit.state, Copy::alias), .run = fit.run});
      throw std::runtime_error("killed");
    }
    return Action::proceed;
  }

 private:
  std::int64_t moment_;
  fs::path path_;
};

class CheckpointTest : public testing::Test {
 protected:
  TempFolder folder_;
  fs::path path_ = folder_.path() / "state.safetensors";

  void write_at(std::int64_t moment) {
    Everything killed;
    killed.options.callbacks.push_back(std::make_shared<KillAt>(moment, path_));
    EXPECT_THROW(killed.learner->fit(killed.options), std::runtime_error);
  }
};

TEST_F(CheckpointTest, AFitResumedFromAnyMomentEndsWithTheSameBits) {
  Everything whole;
  EXPECT_EQ(whole.learner->fit(whole.options).end, FitResult::End::completed);
  const std::string expected = whole.result();
  const auto moments = static_cast<std::int64_t>(whole.learner->run().iterations.size()) + 5;
  for (std::int64_t moment = 0; moment < moments; ++moment) {
    write_at(moment);
    Everything resumed;
    const FitResult result = resumed.learner->resume(resumed.options, read_checkpoint(path_));
    EXPECT_EQ(result.end, FitResult::End::completed);
    EXPECT_EQ(resumed.result(), expected) << "from moment " << moment;
  }
}

TEST_F(CheckpointTest, LoadPutsTheLearnerWhereTheFitWas) {
  write_at(5);  // the beginning and the end of an epoch are moments, too
  Everything other;
  other.learner->load(read_checkpoint(path_));
  EXPECT_EQ(other.learner->iterations(), 4);
  EXPECT_EQ(other.learner->run().iterations.size(), 4U);
  EXPECT_EQ(other.learner->frozen(), 1);
}

TEST_F(CheckpointTest, WhatWasWrittenIsReadBack) {
  write_at(9);
  const Checkpoint first = read_checkpoint(path_);
  write_checkpoint(path_, {.state = first.state, .run = first.run, .facts = {{"phase", "1"}}});
  const Checkpoint second = read_checkpoint(path_);
  EXPECT_EQ(second.facts.at("phase"), "1");
  EXPECT_EQ(second.run.epochs.size(), first.run.epochs.size());
  EXPECT_EQ(second.run.iterations.size(), 7U);
  EXPECT_EQ(second.state.sha256(), first.state.sha256());
}

TEST_F(CheckpointTest, ATruncatedFileIsRefused) {
  write_at(3);
  fs::resize_file(path_, fs::file_size(path_) - 100);
  EXPECT_NE(
      message_of(ErrorKind::checkpoint, [&] { (void)read_checkpoint(path_); }).find(path_.native()),
      std::string::npos);
}

TEST_F(CheckpointTest, AnAlteredByteIsFound) {
  write_at(3);
  const auto size = static_cast<std::int64_t>(fs::file_size(path_));
  for (const std::int64_t back : {1, 1000, 5000}) {
    const std::string before = read_file(path_);
    std::string after = before;
    after[static_cast<std::size_t>(size - back)] ^= 1;
    write_file(path_, after);
    EXPECT_NE(message_of(ErrorKind::checkpoint, [&] { (void)read_checkpoint(path_); })
                  .find("the file was altered"),
              std::string::npos);
    write_file(path_, before);
  }
}

TEST_F(CheckpointTest, AnotherFileOfTensorsIsRefused) {
  save_tensors(path_, {.tensors = {{"weight", torch::ones({2})}}});
  EXPECT_EQ(message_of(ErrorKind::checkpoint, [&] { (void)read_checkpoint(path_); }),
            path_.native() +
                ": expected a checkpoint of a fit (format onecycle.checkpoint.1), got another file "
                "of tensors");
}

TEST_F(CheckpointTest, OneOfAnotherModelIsRefusedAndChangesNothing) {
  write_at(3);
  Learner other(toy::model(/*plain=*/true), toy::train_loader(), std::nullopt);
  const std::string before = toy::state_hash(other);
  EXPECT_THROW(other.resume({.epochs = 4, .lr = 0.01}, read_checkpoint(path_)), Error);
  EXPECT_EQ(toy::state_hash(other), before);
  EXPECT_TRUE(other.run().iterations.empty());
}

TEST_F(CheckpointTest, OneOfAFitWithOtherCallbacksIsRefused) {
  write_at(3);
  Everything other;
  other.options.callbacks.pop_back();
  EXPECT_THROW(other.learner->resume(other.options, read_checkpoint(path_)), Error);
}

TEST_F(CheckpointTest, TheNewestStayAndOlderOnesGo) {
  Everything job;
  job.options.callbacks.push_back(std::make_shared<Checkpointer>(CheckpointOptions{
      .folder = folder_.path() / "checkpoints", .every = {.iterations = 2}, .keep = 3}));
  job.learner->fit(job.options);
  std::vector<std::string> names;
  for (const fs::path& path : checkpoints_in(folder_.path() / "checkpoints")) {
    names.push_back(path.filename().native());
  }
  EXPECT_EQ(names, (std::vector<std::string>{"iteration-0000012.safetensors",
                                             "iteration-0000010.safetensors",
                                             "iteration-0000008.safetensors"}));
}

/// A fit of 24 iterations whose loss is infinite at iteration 8 until the rate is halved, so that
/// it goes back to 6, where the second epoch began.
struct Returning {
  std::shared_ptr<Learner*> self = std::make_shared<Learner*>(nullptr);
  Learner learner{toy::model(),
                  toy::train_loader(15),
                  std::nullopt,
                  {.loss = [self = self](const torch::Tensor& output, const torch::Tensor& target) {
                    const bool bad =
                        (*self)->iterations() == 8 && (*self)->optimizer().values()[0].lr > 0.007;
                    return cross_entropy()(output, target) * (bad ? INFINITY : 1.0);
                  }}};
  FitOptions options{.epochs = 4, .lr = 0.01, .rollback = Rollback{}};

  Returning() { *self = &learner; }
};

TEST_F(CheckpointTest, AFitThatGoesBackAfterItWasResumedEndsWithTheSameBits) {
  Returning whole;
  EXPECT_EQ(whole.learner.fit(whole.options).returns, 1);
  const std::string expected = toy::state_hash(whole.learner);
  for (std::int64_t moment = 0; moment < 30; ++moment) {
    Returning killed;
    killed.options.callbacks = {std::make_shared<KillAt>(moment, path_)};
    EXPECT_THROW(killed.learner.fit(killed.options), std::runtime_error) << moment;
    Returning resumed;
    EXPECT_EQ(resumed.learner.resume(resumed.options, read_checkpoint(path_)).returns, 1);
    EXPECT_EQ(toy::state_hash(resumed.learner), expected) << "from moment " << moment;
  }
}

TEST_F(CheckpointTest, OnesOfAFutureFromWhichTheFitWentBackGo) {
  // It goes on for one iteration after it went back, from 6 to 7.
  class StopAfterReturn final : public Callback {
   public:
    Action iteration_end(const IterationContext& i) override {
      const bool back = i.fit.iteration < last_;
      last_ = i.fit.iteration;
      return back ? Action::stop_fit : Action::proceed;
    }

   private:
    std::int64_t last_ = 0;
  };
  Returning job;
  const auto checkpointer = std::make_shared<Checkpointer>(
      CheckpointOptions{.folder = folder_.path(), .every = {.iterations = 1}, .keep = 100});
  job.options.callbacks = {std::make_shared<StopAfterReturn>(), checkpointer};
  EXPECT_EQ(job.learner.fit(job.options).end, FitResult::End::stopped);
  EXPECT_EQ(checkpointer->last(), folder_.path() / "iteration-0000007.safetensors");
  EXPECT_EQ(checkpoints_in(folder_.path()).front(), checkpointer->last());
  EXPECT_EQ(checkpoints_in(folder_.path()).size(), 8U);
}

TEST_F(CheckpointTest, OneThatCannotBeWrittenEndsTheFitOrNotAsAsked) {
  write_file(folder_.path() / "file", "");
  std::vector<std::string> said;
  for (const bool go_on : {false, true}) {
    Everything job;
    job.options.callbacks.push_back(std::make_shared<Checkpointer>(
        CheckpointOptions{.folder = folder_.path() / "file" / "checkpoints",
                          .every = {.epoch = true},
                          .failed = [&](const std::string& why) {
                            said.push_back(why);
                            return go_on;
                          }}));
    if (go_on) {
      EXPECT_EQ(job.learner->fit(job.options).end, FitResult::End::completed);
    } else {
      EXPECT_THROW(job.learner->fit(job.options), Error);
    }
  }
  EXPECT_EQ(said.size(), 1U + 5U) << "at the beginning and after each epoch";
  EXPECT_NE(said[0].find("the folder cannot be made"), std::string::npos);
}

TEST_F(CheckpointTest, OneThatFailsWhileTrainingGoesOnIsTold) {
  // In the way of the second one, which is written meanwhile.
  std::filesystem::create_directories(folder_.path() / "iteration-0000004.safetensors" / "full");
  for (const bool go_on : {false, true}) {
    Everything job;
    std::vector<std::string> said;
    const auto checkpointer =
        std::make_shared<Checkpointer>(CheckpointOptions{.folder = folder_.path(),
                                                         .every = {.iterations = 4},
                                                         .keep = 100,
                                                         .failed = [&](const std::string& why) {
                                                           said.push_back(why);
                                                           return go_on;
                                                         }});
    job.options.callbacks.push_back(checkpointer);
    if (go_on) {
      EXPECT_EQ(job.learner->fit(job.options).end, FitResult::End::completed);
      EXPECT_GT(read_checkpoint(checkpointer->last()).run.iterations.size(), 4U);
    } else {
      EXPECT_THROW(job.learner->fit(job.options), Error);
      EXPECT_EQ(checkpointer->last(), folder_.path() / "iteration-0000000.safetensors");
    }
    ASSERT_EQ(said.size(), 1U);
    EXPECT_NE(said[0].find("iteration-0000004.safetensors: "), std::string::npos) << said[0];
  }
}

TEST(CheckpointInterval, ReadsIterationsTimesAndEpochs) {
  EXPECT_EQ(CheckpointInterval::parse("20", "x").iterations, 20);
  EXPECT_EQ(CheckpointInterval::parse("90s", "x").seconds, 90.0);
  EXPECT_EQ(CheckpointInterval::parse("1.5m", "x").seconds, 90.0);
  EXPECT_EQ(CheckpointInterval::parse("2h", "x").seconds, 7200.0);
  EXPECT_TRUE(CheckpointInterval::parse("epoch", "x").epoch);
  for (const char* bad : {"", "0", "-3", "0s", "s", "nanm", "epochs", "1d"}) {
    EXPECT_EQ(message_of(ErrorKind::usage,
                         [&] { (void)CheckpointInterval::parse(bad, "--checkpoint-every"); }),
              cat("--checkpoint-every: expected a number of iterations, a time such as 90s, 10m or "
                  "1h, or epoch, got '",
                  bad, "'"));
  }
}

}  // namespace
}  // namespace onecycle
