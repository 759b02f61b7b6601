#include "onecycle/finder/sweep_log.h"

#include <gtest/gtest.h>

#include "support/message.h"

namespace onecycle {
namespace {

TEST(SweepLog, RecordsWhatItWasGiven) {
  SweepLog log({.sweep = {.num_it = 8}});
  DebiasedAverage average;
  for (int k = 0; k < 8; ++k) {
    ASSERT_TRUE(log.running());
    EXPECT_EQ(log.iteration(), k);
    EXPECT_EQ(log.lr(), Sweep{.num_it = 8}.rate(k));
    log.add(2.0 - 0.1 * k, 3);
    EXPECT_EQ(log.record().smoothed.back(), average.add(2.0 - 0.1 * k));
  }
  EXPECT_FALSE(log.running());
  EXPECT_EQ(log.record().lr.size(), 8U);
  EXPECT_EQ(log.record().batches, 24);
  EXPECT_EQ(log.record().planned, 8);
}

TEST(SweepLog, IgnoresLossesAfterTheEnd) {
  SweepLog log;
  log.add(1.0);
  log.add(9.0);
  log.add(100.0);
  ASSERT_EQ(log.reason(), StopReason::diverged);
  const std::size_t points = log.record().lr.size();
  log.add(0.1);
  log.interrupt();
  EXPECT_EQ(log.record().lr.size(), points);
  EXPECT_EQ(log.reason(), StopReason::diverged);
}

TEST(SweepLog, AnInterruptionKeepsTheCurve) {
  SweepLog log;
  log.add(1.0);
  log.add(0.9);
  log.interrupt();
  EXPECT_FALSE(log.running());
  EXPECT_EQ(log.reason(), StopReason::interrupted);
  EXPECT_EQ(log.record().stopped, "interrupted after 2 iterations");
  EXPECT_EQ(log.record().loss, (std::vector{1.0, 0.9}));
}

TEST(SweepLog, RefusesASetupThatCannotRun) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { SweepLog log({.sweep = {.num_it = 0}}); }),
            "finder: num_it: expected at least 6 iterations, got 0; fewer points show no curve");
}

}  // namespace
}  // namespace onecycle
