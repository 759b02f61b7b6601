#include "onecycle/train/scheduler.h"

#include <gtest/gtest.h>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>

#include "onecycle/schedule/plateau.h"
#include "onecycle/schedule/policy/one_cycle.h"
#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

std::vector<torch::optim::OptimizerParamGroup> two_groups() {
  const auto net = std::make_shared<toy::NetImpl>();
  return {torch::optim::OptimizerParamGroup(net->body->parameters()),
          torch::optim::OptimizerParamGroup(net->head->parameters())};
}

TEST(Scheduler, WritesTheScheduleIntoEveryGroup) {
  torch::optim::SGD optimizer(two_groups(), torch::optim::SGDOptions(0.5).momentum(0.9));
  const Schedule schedule = OneCycle{};
  Scheduler scheduler(optimizer, schedule, Rates::range(0.01, 0.1), 40);
  for (std::int64_t i = 0; i < 45; ++i) {
    const Values values = schedule.at(i, 40);
    EXPECT_EQ(scheduler.rates(), (std::vector<double>{0.01 * values.lr, 0.1 * values.lr})) << i;
    const auto& options =
        static_cast<torch::optim::SGDOptions&>(optimizer.param_groups()[1].options());
    EXPECT_EQ(options.momentum(), *values.momentum) << i;
    scheduler.step();
  }
  EXPECT_EQ(scheduler.iteration(), 45);
}

TEST(Scheduler, MovesEachGroupByItsOwnScheduleAndItsOwnWeightDecay) {
  torch::optim::SGD optimizer(two_groups(), torch::optim::SGDOptions(0.5).momentum(0.9));
  const auto options = [&](std::size_t g) -> torch::optim::SGDOptions& {
    return static_cast<torch::optim::SGDOptions&>(optimizer.param_groups()[g].options());
  };
  options(0).weight_decay(0.1);
  options(1).weight_decay(0.2);
  Scheduler scheduler(optimizer,
                      parse_group_schedules("constant | linear with weight_decay=linear"), 1.0, 10);
  scheduler.seek(5);
  EXPECT_EQ(scheduler.rates(), (std::vector<double>{1.0, 0.5}));
  EXPECT_EQ(options(0).weight_decay(), 0.1);
  EXPECT_EQ(options(1).weight_decay(), 0.1);
  scheduler.seek(0);
  EXPECT_EQ(options(1).weight_decay(), 0.2) << "the factor is of the group's own, not of the last";
}

TEST(Scheduler, RefusesWhatItCannotMove) {
  torch::optim::SGD optimizer(two_groups(), torch::optim::SGDOptions(0.5));
  const auto refusal = [&](const char* text) {
    return message_of(ErrorKind::usage,
                      [&] { Scheduler(optimizer, parse_group_schedules(text), 0.1, 10); });
  };
  EXPECT_EQ(
      refusal("cosine with dropout=linear"),
      "scheduler: schedule: expected to move lr, momentum and weight_decay, got also dropout; "
      "read them from the schedule yourself");
  EXPECT_EQ(refusal("cosine | cosine | cosine"),
            "schedules: expected 2 (one a group), or one for all, got 3");
}

TEST(Scheduler, CyclesBeta1OfAdam) {
  torch::optim::Adam optimizer(two_groups(), torch::optim::AdamOptions(0.5).betas({0.8, 0.97}));
  Scheduler scheduler(optimizer, OneCycle{}, 0.1, 40);
  const auto betas =
      static_cast<torch::optim::AdamOptions&>(optimizer.param_groups()[0].options()).betas();
  EXPECT_EQ(betas, std::make_tuple(0.95, 0.97));
}

// PyTorch's OneCycleLR and CyclicLR switch momentum on in plain SGD.
TEST(Scheduler, LeavesSgdWithoutMomentumWithoutMomentum) {
  torch::optim::SGD optimizer(two_groups(), torch::optim::SGDOptions(0.5));
  Scheduler scheduler(optimizer, OneCycle{}, 0.1, 40);
  scheduler.step();
  EXPECT_EQ(
      static_cast<torch::optim::SGDOptions&>(optimizer.param_groups()[0].options()).momentum(),
      0.0);
}

// LibTorch 2.13 takes a group's rate for unset if it equals the constructor's default.
TEST(Scheduler, ARateEqualToLibTorchsDefaultIsInForce) {
  torch::optim::Adam optimizer(two_groups(), torch::optim::AdamOptions(0.5));
  Scheduler scheduler(optimizer, Constant{}, 1e-3, 10);
  EXPECT_EQ(optimizer.param_groups()[0].options().get_lr(), 1e-3);
}

TEST(Scheduler, ResumesFromOneNumber) {
  torch::optim::SGD optimizer(two_groups(), torch::optim::SGDOptions(0.5).momentum(0.9));
  Scheduler walked(optimizer, OneCycle{}, 0.1, 40);
  for (int i = 0; i < 17; ++i) {
    walked.step();
  }
  const auto rates = walked.rates();
  Scheduler resumed(optimizer, OneCycle{}, 0.1, 40);
  resumed.seek(17);
  EXPECT_EQ(resumed.rates(), rates);
}

TEST(Scheduler, TakesTheRatesOfAPlateauAsPeaks) {
  const auto net = std::make_shared<toy::NetImpl>();
  torch::optim::SGD optimizer(net->parameters(), torch::optim::SGDOptions(0.5));
  Scheduler scheduler(optimizer, Linear{}, 0.1, 10);
  ReduceOnPlateau plateau({.factor = 0.5, .patience = 0}, {0.1});
  plateau.report(1.0);
  EXPECT_TRUE(plateau.report(1.0));
  scheduler.set_peaks(Rates::list(plateau.rates()));
  EXPECT_EQ(scheduler.rates(), std::vector<double>{0.1});
  scheduler.step();
  EXPECT_DOUBLE_EQ(scheduler.rates().front(), 0.05 * 0.9);
}

TEST(Scheduler, RefusesWhatDoesNotFit) {
  torch::optim::SGD optimizer(two_groups(), torch::optim::SGDOptions(0.5));
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { Scheduler(optimizer, OneCycle{}, 0.1, 0); }),
            "scheduler: expected a total of at least 1 iteration, got 0");
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [&] { Scheduler(optimizer, OneCycle{}, Rates::list({1.0}), 5); }),
            "learning rates: expected 2 (one a group), got 1");
}

}  // namespace
}  // namespace onecycle
