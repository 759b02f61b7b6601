#include "onecycle/report/run_follower.h"

#include <gtest/gtest.h>

#include <string>

#include "onecycle/core/text.h"
#include "report/run_stages.h"
#include "report/runs.h"

namespace onecycle {
namespace {

/// What is new in `run`, as text: `i7` for an iteration, `e0` for an epoch, `back I E` first.
std::string news(RunFollower& follower, const Run& run) {
  std::string text;
  if (const auto place = follower.rewind(run)) {
    text += cat("back ", place->iteration, " ", place->epoch, " ");
  }
  while (const auto record = follower.next(run)) {
    text += cat(record->is_epoch ? "e" : "i", record->index, " ");
  }
  return text;
}

TEST(RunFollower, HandsOutEachRecordOnceAndEpochsAfterTheirIterations) {
  RunFollower follower;
  const auto run = small_run(3);
  EXPECT_EQ(news(follower, first_of(run, 0, 0)), "");
  EXPECT_EQ(news(follower, first_of(run, 10, 1)), "i0 i1 i2 i3 i4 i5 i6 i7 e0 i8 i9 ");
  EXPECT_EQ(news(follower, first_of(run, 10, 1)), "");
  EXPECT_EQ(news(follower, first_of(run, 16, 1)), "i10 i11 i12 i13 i14 i15 ");
  EXPECT_EQ(news(follower, first_of(run, 16, 2)), "e1 ");
}

TEST(RunFollower, GoesBackWithARunThatIsShorter) {
  RunFollower follower;
  const auto run = small_run(3);
  (void)news(follower, run);
  EXPECT_EQ(news(follower, first_of(run, 20, 2)), "back 20 2 ");
  EXPECT_EQ(news(follower, first_of(run, 16, 2)), "back 16 2 ");
  EXPECT_EQ(news(follower, first_of(run, 15, 1)), "back 15 1 ");
  EXPECT_EQ(news(follower, first_of(run, 16, 1)), "i15 ");
  EXPECT_EQ(news(follower, first_of(run, 0, 0)), "back 0 0 ");
}

TEST(RunFollower, NoticesARunThatWentBackAndHasGrownSince) {
  RunFollower follower;
  const auto run = small_run(3);
  (void)news(follower, first_of(run, 16, 2));
  EXPECT_EQ(news(follower, other_from(first_of(run, 17, 2), 14)), "back 14 1 i14 i15 e1 i16 ");
  // The same bits again took another time.
  auto again = other_from(first_of(run, 17, 2), 14);
  again.epochs[1].seconds = 7;
  EXPECT_EQ(news(follower, again), "back 16 1 e1 i16 ");
}

TEST(RunFollower, NoticesOtherRatesOfTheSameLosses) {
  RunFollower follower;
  auto run = first_of(small_run(3), 10, 1);
  (void)news(follower, run);
  run.values.back().lr = 5.0;
  EXPECT_EQ(news(follower, run), "back 9 1 i9 ");
  run.values.back().weight_decay = -run.values.back().weight_decay;
  EXPECT_EQ(news(follower, run), "back 9 1 i9 ");
}

TEST(RunFollower, HandsOutAgainWhatALossOnTheDeviceLeftOpen) {
  RunFollower follower;
  const auto run = small_run(3);
  auto open = first_of(run, 10, 1);
  for (std::size_t i = 8; i < 10; ++i) {
    open.iterations[i].loss = open.iterations[i].smoothed = 0.0;
  }
  (void)news(follower, open);
  EXPECT_EQ(news(follower, first_of(run, 11, 1)), "back 8 1 i8 i9 i10 ");
}

// A run that a program continued from a checkpoint without its records.
TEST(RunFollower, GoesByTheNumbersOfARunThatBeginsLate) {
  RunFollower follower;
  auto run = small_run(2);
  run.epochs.erase(run.epochs.begin());
  run.iterations.erase(run.iterations.begin(), run.iterations.begin() + 8);
  run.values.erase(run.values.begin(), run.values.begin() + 16);
  EXPECT_EQ(news(follower, run), "i0 i1 i2 i3 i4 i5 i6 i7 e0 ");
  EXPECT_EQ(news(follower, first_of(run, 2, 0)), "back 10 0 ");
}

}  // namespace
}  // namespace onecycle
