#include "onecycle/schedule/compose.h"

#include <gtest/gtest.h>

#include <ostream>

#include "onecycle/schedule/catalogue.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/decay.h"
#include "onecycle/schedule/policy/one_cycle.h"
#include "onecycle/schedule/policy/sgdr.h"
#include "onecycle/schedule/policy/warmup.h"
#include "support/message.h"

namespace onecycle {
namespace {

Schedule warm_up_then_cosine() {
  return sequence({{Linear{.start = 0.1, .end = 1.0}, Length::iterations(10)}, {Cosine{}}});
}

TEST(Sequence, GivesEachPartItsOwnRun) {
  const Schedule schedule = warm_up_then_cosine();
  for (std::int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(schedule.at(i, 100).lr, Schedule(Linear{.start = 0.1, .end = 1.0}).at(i, 10).lr);
  }
  for (std::int64_t i = 10; i <= 100; ++i) {
    EXPECT_EQ(schedule.at(i, 100).lr, Schedule(Cosine{}).at(i - 10, 90).lr) << i;
  }
}

TEST(Sequence, SharesCoverTheRunWithoutGaps) {
  for (const std::int64_t total : {1, 2, 3, 7, 10, 99, 1000}) {
    const Schedule thirds = sequence({{Linear{.start = 0.1, .end = 0.1}, Length::share(1.0 / 3)},
                                      {Linear{.start = 0.2, .end = 0.2}, Length::share(1.0 / 3)},
                                      {Linear{.start = 0.3, .end = 0.3}, Length::share(1.0 / 3)}});
    int changes = 0;
    for (std::int64_t i = 1; i < total; ++i) {
      changes += thirds.at(i, total).lr != thirds.at(i - 1, total).lr ? 1 : 0;
      EXPECT_GE(thirds.at(i, total).lr, thirds.at(i - 1, total).lr);
    }
    EXPECT_EQ(changes, total >= 3 ? 2 : static_cast<int>(total) - 1) << total;
  }
}

TEST(Sequence, HoldsTheLastPartWhereItIsShorterThanTheRun) {
  const Schedule schedule = sequence({{Linear{.start = 1.0, .end = 0.5}, Length::iterations(4)}});
  EXPECT_EQ(schedule.at(4, 10).lr, 0.5);
  EXPECT_EQ(schedule.at(9, 10).lr, 0.5);
}

TEST(Sequence, CutsOffWhatDoesNotFit) {
  const Schedule schedule = warm_up_then_cosine();
  EXPECT_DOUBLE_EQ(schedule.at(3, 4).lr, 0.1 + 0.3 * 0.9);
}

TEST(Sequence, RefusesMoreThanTheWhole) {
  EXPECT_EQ(
      message_of(
          ErrorKind::usage,
          [] {
            (void)sequence({{Constant{}, Length::share(0.75)}, {Constant{}, Length::share(0.5)}});
          }),
      "sequence: expected shares that add up to at most 100 %, got 125 %");
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)sequence({}); }),
            "sequence: expected at least one part, got none");
}

TEST(Sequence, RefusesPartsOfIterations) {
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [] {
                         (void)sequence({{Constant{}, Length::iterations(2.5)}});
                       }),
            "sequence: expected whole numbers of iterations >= 1, got 2.5");
}

TEST(Sequence, ComplainsOfPartsThatGetNothing) {
  EXPECT_EQ(
      message_of(ErrorKind::usage, [] { warm_up_then_cosine().check(10); }),
      "sequence: expected room for 'cosine(start=1, end=0, power=1)' in a run of 10 "
      "iterations, but the parts before it take them all; shorten them or make the run longer");
  warm_up_then_cosine().check(11);
}

TEST(Sequence, APartThatLeavesMomentumAloneKeepsThatOfThePartBefore) {
  const Schedule schedule = sequence(
      {{Constant{}, Length::iterations(5)}, {OneCycle{}, Length::iterations(10)}, {Cosine{}}});
  EXPECT_FALSE(schedule.at(4, 30).momentum) << "nothing was prescribed yet";
  EXPECT_EQ(schedule.at(20, 30).momentum, 0.95);
}

TEST(Sequence, ShiftsWhatItsPartsSayOfCyclesAndJumps) {
  const Schedule schedule =
      sequence({{Warmup{}, Length::iterations(10)}, {Sgdr{.cycles = 2, .cycle_mult = 1.0}}});
  EXPECT_EQ(schedule.cycle_ends(50), (Iterations{30, 50}));
  EXPECT_EQ(schedule.jumps(50), (Iterations{10, 30}));
}

TEST(Over, LeavesTheMainScheduleWhereItIs) {
  const Schedule schedule = over(Warmup{}, Length::share(0.1), Cosine{});
  EXPECT_EQ(schedule.at(5, 100).lr, 0.5);
  for (const std::int64_t i : {10, 50, 100}) {
    EXPECT_EQ(schedule.at(i, 100).lr, Schedule(Cosine{}).at(i, 100).lr);
  }
}

TEST(Over, NeedsALength) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)parse_schedule("warmup over cosine"); }),
            "schedule 'warmup over cosine', column 1: over: expected the length of what lies over "
            "the beginning, as in 'warmup for 5% over cosine', got none");
}

TEST(Chain, IsAProductWhereNothingHasAFloor) {
  const Schedule chained = chain({Step{}, Cosine{}});
  const Schedule multiplied = product({Step{}, Cosine{}});
  for (std::int64_t i = 0; i <= 40; ++i) {
    EXPECT_EQ(chained.at(i, 40).lr, multiplied.at(i, 40).lr);
  }
}

TEST(Chain, EndsAtItsFloorWhateverTheOtherPartsDo) {
  const Schedule schedule = chain({Constant{0.5}, Cosine{.end = 0.25}});
  EXPECT_DOUBLE_EQ(schedule.at(40, 40).lr, 0.25);
  EXPECT_DOUBLE_EQ(product({Constant{0.5}, Cosine{.end = 0.25}}).at(40, 40).lr, 0.125);
}

TEST(Chain, ComesBackFromZeroAsPyTorchsDoes) {
  // torch 2.13: ChainedScheduler([StepLR(o, 2, 0.5), CosineAnnealingLR(o, 4), ExponentialLR(o,
  // 0.9)])
  const Schedule schedule = parse_schedule(
      "step(size=2, gamma=0.5) & cosine(t_max=4) & exponential_decay(gamma=0.9, every=1)");
  const std::vector<double> rates = {1.0,
                                     0.7681980515339464,
                                     0.2025,
                                     0.05337978912875173,
                                     0.0,
                                     0.1318019484660536,
                                     0.20250000000000004,
                                     0.3111202108712484,
                                     0.1640250000000001};
  for (std::size_t t = 0; t < rates.size(); ++t) {
    EXPECT_NEAR(schedule.at(static_cast<std::int64_t>(t), 9).lr, rates[t], 1e-15) << t;
  }
}

TEST(WithParameter, MovesMomentumDecayAndAnythingElse) {
  const Schedule schedule = parse_schedule(
      "cosine with momentum=linear(start=0.9, end=0.8) with weight_decay=constant(factor=3) with "
      "dropout=constant(factor=0.5)");
  const Values values = schedule.at(5, 10);
  EXPECT_DOUBLE_EQ(values.momentum.value(), 0.85);
  EXPECT_EQ(values.weight_decay, 3.0);
  ASSERT_EQ(values.others.size(), 1U);
  EXPECT_EQ(values.others[0].name, "dropout");
  EXPECT_EQ(values.others[0].value, 0.5);
  EXPECT_EQ(schedule.others(), std::vector<std::string>{"dropout"});
}

TEST(WithParameter, RefusesTheRateItself) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)with_parameter(Cosine{}, "lr", Cosine{}); }),
            "with: expected the name of a hyper-parameter beside the rate, such as momentum or "
            "weight_decay, got 'lr'");
}

TEST(Product, MultipliesRatesAndTakesTheLastMomentum) {
  const Schedule schedule = product({Linear{.start = 0.5, .end = 0.5}, Cosine{}});
  EXPECT_EQ(schedule.at(3, 10).lr, 0.5 * Schedule(Cosine{}).at(3, 10).lr);
  EXPECT_FALSE(schedule.at(3, 10).momentum);
  EXPECT_EQ(product({OneCycle{}, Constant{}}).at(0, 10).momentum, 0.95);
}

}  // namespace
}  // namespace onecycle
