#include "onecycle/train/callback.h"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "onecycle/train/keep.h"
#include "train/toy.h"

namespace onecycle {
namespace {

/// Writes down the hooks as they come, and answers as it is told.
class Spy final : public Callback {
 public:
  Spy(std::string name, std::vector<std::string>& log) : name_(std::move(name)), log_(log) {}

  std::function<Action(const std::string& hook, const FitContext&)> answer = {};

  void fit_begin(const FitContext& fit) override { note("fit_begin", fit); }
  Action epoch_begin(const FitContext& fit) override { return note("epoch_begin", fit); }
  Action batch_begin(const FitContext& fit, const Batch&) override {
    return note("batch_begin", fit);
  }
  Action gradients_ready(const IterationContext& i) override {
    return note("gradients_ready", i.fit);
  }
  Action iteration_end(const IterationContext& i) override { return note("iteration_end", i.fit); }
  Action epoch_end(const FitContext& fit, const EpochRecord&) override {
    return note("epoch_end", fit);
  }
  void fit_end(const FitContext& fit) override { note("fit_end", fit); }

 private:
  Action note(const std::string& hook, const FitContext& fit) {
    log_.push_back(name_ + "." + hook);
    return answer ? answer(hook, fit) : Action::proceed;
  }
  std::string name_;
  std::vector<std::string>& log_;
};

struct SpiedLearner {
  std::vector<std::string> log;
  std::shared_ptr<Spy> spy = std::make_shared<Spy>("spy", log);
  Learner learner{toy::model(), toy::train_loader(30), toy::valid_loader()};  // 3 batches

  FitResult fit(std::int64_t epochs = 2) {
    return learner.fit({.epochs = epochs, .lr = 0.01, .callbacks = {spy}});
  }
  [[nodiscard]] std::int64_t count(const std::string& hook) const {
    return std::count(log.begin(), log.end(), "spy." + hook);
  }
};

TEST(Callback, HooksComeInOrder) {
  SpiedLearner f;
  const auto second = std::make_shared<Spy>("two", f.log);
  f.learner.fit({.epochs = 1, .lr = 0.01, .callbacks = {f.spy, second}});
  const std::vector<std::string> start(f.log.begin(), f.log.begin() + 10);
  EXPECT_EQ(start, (std::vector<std::string>{
                       "spy.fit_begin", "two.fit_begin", "spy.epoch_begin", "two.epoch_begin",
                       "spy.batch_begin", "two.batch_begin", "spy.gradients_ready",
                       "two.gradients_ready", "spy.iteration_end", "two.iteration_end"}));
  EXPECT_EQ(f.log[f.log.size() - 4], "spy.epoch_end");
  EXPECT_EQ(f.log.back(), "two.fit_end");
  EXPECT_EQ(f.count("iteration_end"), 3);
}

TEST(Callback, StopEpochStillValidatesAndGoesOn) {
  SpiedLearner f;
  f.spy->answer = [](const std::string& hook, const FitContext& fit) {
    return hook == "iteration_end" && fit.iteration == 0 ? Action::stop_epoch : Action::proceed;
  };
  const FitResult result = f.fit();
  EXPECT_EQ(result.end, FitResult::End::completed);
  EXPECT_EQ(result.iterations, 1 + 3);
  EXPECT_TRUE(f.learner.run().epochs[0].valid_loss.has_value());
}

TEST(Callback, StopFitEndsAfterTheIteration) {
  SpiedLearner f;
  f.spy->answer = [](const std::string& hook, const FitContext& fit) {
    return hook == "batch_begin" && fit.iteration == 4 ? Action::stop_fit : Action::proceed;
  };
  const FitResult result = f.fit(5);
  EXPECT_EQ(result.end, FitResult::End::stopped);
  EXPECT_EQ(result.why, "stopped after iteration 5 of 15");
  EXPECT_EQ(result.iterations, 5);
  EXPECT_FALSE(f.learner.run().epochs.back().valid_loss.has_value());
  EXPECT_EQ(f.count("fit_end"), 1);
}

TEST(Callback, ASkippedBatchMakesNoIteration) {
  SpiedLearner f;
  int batch = 0;
  f.spy->answer = [&](const std::string& hook, const FitContext&) {
    return hook == "batch_begin" && batch++ == 1 ? Action::skip_batch : Action::proceed;
  };
  EXPECT_EQ(f.fit(1).iterations, 2);
  EXPECT_EQ(f.learner.run().iterations.size(), 2U);
}

TEST(Callback, AnExceptionReachesTheCallerAndFitEndComesAllTheSame) {
  SpiedLearner f;
  f.spy->answer = [](const std::string& hook, const FitContext& fit) {
    if (hook == "gradients_ready" && fit.iteration == 1) {
      throw std::runtime_error("mine");
    }
    return Action::proceed;
  };
  EXPECT_THROW(f.fit(), std::runtime_error);
  EXPECT_EQ(f.log.back(), "spy.fit_end");
  f.spy->answer = {};
  EXPECT_EQ(f.fit(1).end, FitResult::End::completed) << "the learner is usable afterwards";
}

TEST(Callback, AnExceptionOfFitEndReachesTheCallerOnceAllWereTold) {
  SpiedLearner f;
  const auto second = std::make_shared<Spy>("two", f.log);
  f.spy->answer = [](const std::string& hook, const FitContext&) {
    return hook == "fit_end" ? throw std::runtime_error("at the end") : Action::proceed;
  };
  EXPECT_THROW(f.learner.fit({.epochs = 1, .lr = 0.01, .callbacks = {f.spy, second}}),
               std::runtime_error);
  EXPECT_EQ(f.log.back(), "two.fit_end");
}

TEST(Callback, AGradientLeftByAnExceptionIsNotAddedToTheNext) {
  const auto weights_after = [](bool fail_first) {
    SpiedLearner f;
    if (fail_first) {
      f.spy->answer = [](const std::string& hook, const FitContext&) -> Action {
        if (hook == "gradients_ready") {
          throw std::runtime_error("mine");
        }
        return Action::proceed;
      };
      EXPECT_THROW(f.fit(1), std::runtime_error);
      f.spy->answer = {};
    }
    // Without what dropout and batch norm have seen: the gradients alone count.
    torch::manual_seed(11);
    auto& net = dynamic_cast<toy::NetImpl&>(*f.learner.model().module);
    net.norm->reset_running_stats();
    f.fit(1);
    return weights_sha256(f.learner.model());
  };
  EXPECT_EQ(weights_after(true), weights_after(false));
}

TEST(BestWeights, KeepsTheEpochWithTheLowestValidationLoss) {
  SpiedLearner f;
  const auto best = std::make_shared<BestWeights>(f.learner.model());
  EXPECT_FALSE(best->epoch().has_value());
  f.learner.fit({.epochs = 6, .lr = 0.3, .callbacks = {best}});
  const auto& epochs = f.learner.run().epochs;
  const auto lowest = std::min_element(
      epochs.begin(), epochs.end(), [](auto& a, auto& b) { return *a.valid_loss < *b.valid_loss; });
  ASSERT_TRUE(best->epoch().has_value());
  EXPECT_EQ(best->epoch()->epoch, lowest->epoch);
  // Put into the model, they give that epoch's loss again.
  const torch::NoGradGuard no_grad;
  auto parameters = f.learner.model().module->named_parameters();
  auto buffers = f.learner.model().module->named_buffers();
  for (const auto& [name, tensor] : best->weights()) {
    (parameters.contains(name) ? parameters[name] : buffers[name]).copy_(tensor);
  }
  EXPECT_DOUBLE_EQ(f.learner.validate().loss, *lowest->valid_loss);
}

}  // namespace
}  // namespace onecycle
