#include "onecycle/schedule/policy/one_cycle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "onecycle/schedule/schedule.h"
#include "support/message.h"

namespace onecycle {
namespace {

using enum OneCycleConvention;

std::vector<double> rates(const OneCycle& policy, std::int64_t total) {
  const Schedule schedule = policy;
  std::vector<double> list;
  for (std::int64_t i = 0; i < total; ++i) {
    list.push_back(schedule.at(i, total).lr);
  }
  return list;
}

std::int64_t peak(const OneCycle& policy, std::int64_t total) {
  const auto list = rates(policy, total);
  return std::max_element(list.begin(), list.end()) - list.begin();
}

TEST(OneCycle, PeaksAtPctStart) {
  EXPECT_EQ(peak({.convention = fastai2, .pct_start = 0.3}, 100), 30);
  EXPECT_EQ(peak({.convention = fastai1, .pct_start = 0.3}, 100), 30);
  EXPECT_EQ(peak({.convention = torch, .pct_start = 0.3}, 100), 29);
  EXPECT_EQ(peak({.convention = optax, .pct_start = 0.3}, 100), 30);
}

TEST(OneCycle, StartsAtPeakOverDiv) {
  for (const auto convention : {fastai2, fastai1, torch, optax}) {
    EXPECT_DOUBLE_EQ(rates({.convention = convention, .div = 10.0}, 50).front(), 0.1);
  }
}

TEST(OneCycle, EndsWhereItsConventionSays) {
  const auto end = [](OneCycle policy) { return Schedule(policy).at(40, 40).lr; };
  EXPECT_DOUBLE_EQ(end({.convention = fastai2}), 1e-5);
  EXPECT_DOUBLE_EQ(end({.convention = fastai1}), 1.0 / 25e4);
  EXPECT_DOUBLE_EQ(end({.convention = torch}), 1.0 / 25e4);
  EXPECT_DOUBLE_EQ(end({.convention = optax}), 1.0 / 25e4);
  EXPECT_DOUBLE_EQ(end({.convention = fastai2, .div_final = 100.0}), 0.01);
  EXPECT_DOUBLE_EQ(end({.convention = torch, .div = 10.0, .div_final = 100.0}), 1e-3);
}

TEST(OneCycle, OnlyTorchSpendsAnUpdateOnTheEndValue) {
  EXPECT_DOUBLE_EQ(rates({.convention = torch}, 40).back(), 1.0 / 25e4);
  for (const auto convention : {fastai2, fastai1, optax}) {
    EXPECT_GT(rates({.convention = convention}, 40).back(), 1e-4);
  }
}

TEST(OneCycle, MomentumFallsWhileTheRateRises) {
  for (const auto convention : {fastai2, fastai1, torch}) {
    const Schedule schedule = OneCycle{.convention = convention};
    for (std::int64_t i = 1; i < 200; ++i) {
      const Values before = schedule.at(i - 1, 200);
      const Values now = schedule.at(i, 200);
      EXPECT_LE((now.lr - before.lr) * (*now.momentum - *before.momentum), 0.0) << i;
    }
  }
}

TEST(OneCycle, LeavesMomentumAloneOnRequestAndInOptax) {
  EXPECT_FALSE(Schedule(OneCycle{.cycle_momentum = false}).at(3, 10).momentum);
  EXPECT_FALSE(Schedule(OneCycle{.convention = optax}).at(3, 10).momentum);
  EXPECT_TRUE(Schedule(OneCycle{.convention = optax, .cycle_momentum = true}).at(3, 10).momentum);
}

// PyTorch divides by zero where pct_start * total is 1.
TEST(OneCycle, TorchPassesOverAPhaseWithoutLength) {
  const auto list = rates({.convention = torch, .pct_start = 0.1}, 10);
  EXPECT_DOUBLE_EQ(list.front(), 1.0);
  EXPECT_DOUBLE_EQ(list.back(), 1.0 / 25e4);
}

// PyTorch's next call rises again (cosine) or goes below zero (linear).
TEST(OneCycle, TorchStaysAtTheEndPastTheEnd) {
  for (const auto shape : {OneCycleShape::cosine, OneCycleShape::linear}) {
    const Schedule schedule = OneCycle{.convention = torch, .shape = shape};
    EXPECT_DOUBLE_EQ(schedule.at(100, 100).lr, 1.0 / 25e4);
    EXPECT_DOUBLE_EQ(schedule.at(101, 100).lr, 1.0 / 25e4);
  }
}

TEST(OneCycle, ThreePhasesComeBackToTheStartAsFastAsTheyLeftIt) {
  const Schedule schedule = OneCycle{.convention = torch, .pct_start = 0.3, .three_phase = true};
  EXPECT_DOUBLE_EQ(schedule.at(0, 100).lr, 0.04);
  EXPECT_DOUBLE_EQ(schedule.at(29, 100).lr, 1.0);
  EXPECT_DOUBLE_EQ(schedule.at(58, 100).lr, 0.04);
  EXPECT_DOUBLE_EQ(*schedule.at(70, 100).momentum, 0.95);
}

TEST(OneCycle, RefusesWhatAConventionDoesNotHave) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { Schedule s = OneCycle{.three_phase = true}; }),
            "one_cycle: three_phase: expected the torch convention, got fastai2; set "
            "convention=torch or leave three_phase out");
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [] {
                         Schedule s = OneCycle{
                             .convention = optax, .shape = OneCycleShape::linear, .pct_final = 0.2};
                       }),
            "one_cycle: pct_final: expected at least pct_start (0.3), got 0.2");
}

TEST(OneCycle, RefusesOptionsOutOfRange) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { Schedule s = OneCycle{.pct_start = 1.5}; }),
            "one_cycle: pct_start: expected a number in [0, 1], got 1.5");
  EXPECT_EQ(message_of(ErrorKind::usage, [] { Schedule s = OneCycle{.div = 0.0}; }),
            "one_cycle: div: expected a number > 0, got 0");
  EXPECT_EQ(message_of(ErrorKind::usage, [] { Schedule s = OneCycle{.momentum_start = 1.0}; }),
            "one_cycle: momentum_start: expected a number in [0, 1), got 1");
}

}  // namespace
}  // namespace onecycle
