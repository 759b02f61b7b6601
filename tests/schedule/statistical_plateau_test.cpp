#include "onecycle/schedule/statistical_plateau.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "onecycle/core/random.h"
#include "support/message.h"

namespace onecycle {
namespace {

/// A loss that falls until iteration `end`, then is flat; noise in [-0.1, 0.1).
class Course {
 public:
  Course(int end, std::uint64_t seed) : end_(end), random_(seed) {}
  double next() {
    const double loss = 5.0 - 4.0 * std::min(1.0, static_cast<double>(iteration_++) / end_);
    return loss + 0.2 * random_.uniform() - 0.1;
  }

 private:
  int end_;
  int iteration_ = 0;
  Random random_;
};

/// The iteration, from 1, of the first cut within `most`; 0 if there is none.
int first_cut(StatisticalPlateau& plateau, Course& course, int most) {
  for (int i = 1; i <= most; ++i) {
    if (plateau.report(course.next())) {
      return i;
    }
  }
  return 0;
}

TEST(StatisticalPlateau, DoesNotCutWhileTheLossFallsAndDoesSoonAfter) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    StatisticalPlateau plateau({.iterations_without_progress = 300}, {0.1, 1.0});
    Course course(3000, seed);
    const int cut = first_cut(plateau, course, 10'000);
    EXPECT_GT(cut, 3000) << seed;
    EXPECT_LT(cut, 4000) << seed;
    EXPECT_DOUBLE_EQ(plateau.rates()[0], 0.01);
    EXPECT_DOUBLE_EQ(plateau.factor(1), 0.1);
  }
}

TEST(StatisticalPlateau, StartsAnewAfterACut) {
  StatisticalPlateau plateau({.factor = 0.5, .iterations_without_progress = 50}, {1.0});
  Course course(1, 3);
  const int first = first_cut(plateau, course, 10'000);
  EXPECT_GE(first, 50);
  EXPECT_TRUE(plateau.losses().empty());
  EXPECT_GE(first_cut(plateau, course, 10'000), 50);
  EXPECT_EQ(plateau.rates(), std::vector<double>{0.25});
  EXPECT_EQ(plateau.cuts(), 2);
}

TEST(StatisticalPlateau, ForgetsWhatIsOlderThanItsMemory) {
  StatisticalPlateau plateau({.iterations_without_progress = 10}, {1.0});
  for (int i = 0; i < 35; ++i) {
    plateau.report(-i);
  }
  EXPECT_EQ(std::vector<double>(plateau.losses().begin(), plateau.losses().end()),
            (std::vector<double>{-25, -26, -27, -28, -29, -30, -31, -32, -33, -34}));
}

TEST(StatisticalPlateau, BearsAShortDisturbance) {
  StatisticalPlateau plateau({.iterations_without_progress = 300}, {1.0});
  Course course(10'000, 4);
  EXPECT_EQ(first_cut(plateau, course, 1000), 0);
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(plateau.report(50.0));
  }
  EXPECT_EQ(first_cut(plateau, course, 1000), 0);
}

TEST(StatisticalPlateau, PassesOverLossesThatAreNotFinite) {
  StatisticalPlateau plain({.iterations_without_progress = 40}, {1.0});
  StatisticalPlateau disturbed({.iterations_without_progress = 40}, {1.0});
  Course course(200, 9);
  for (int i = 0; i < 1000; ++i) {
    const double loss = course.next();
    EXPECT_FALSE(disturbed.report(i % 2 == 0 ? NAN : INFINITY));
    EXPECT_EQ(disturbed.report(loss), plain.report(loss));
  }
  EXPECT_GT(plain.cuts(), 0);
}

TEST(StatisticalPlateau, StopsAtTheLowestRate) {
  StatisticalPlateau plateau({.iterations_without_progress = 3, .min_lr = 0.05}, {1.0});
  for (int i = 0; i < 100; ++i) {
    plateau.report(1.0);
  }
  EXPECT_EQ(plateau.rates(), std::vector<double>{0.05});
  EXPECT_EQ(plateau.cuts(), 2);
}

TEST(StatisticalPlateau, GoesOnFromItsState) {
  const StatisticalPlateauOptions options{.factor = 0.5, .iterations_without_progress = 250};
  for (const int half : {0, 3, 251, 777, 1500}) {
    StatisticalPlateau whole(options, {1.0});
    StatisticalPlateau second(options, {1.0});
    Course course(400, 6);
    for (int i = 0; i < 4000; ++i) {
      if (i == half) {
        second.restore(whole.state());
      }
      const double loss = course.next();
      const bool cut = whole.report(loss);
      if (i >= half) {
        ASSERT_EQ(second.report(loss), cut) << half << ", " << i;
      }
    }
    EXPECT_GT(whole.cuts(), 2);
    EXPECT_EQ(second.rates(), whole.rates());
  }
}

TEST(StatisticalPlateau, TakesTheLastLossesOfALongerMemory) {
  StatisticalPlateau plateau({.iterations_without_progress = 3}, {1.0});
  plateau.restore({.rates = {1.0}, .losses = {9, 9, 9, 9, 9, 9, 3, 2}});
  EXPECT_FALSE(plateau.report(1.0));
  EXPECT_EQ(std::vector<double>(plateau.losses().begin(), plateau.losses().end()),
            (std::vector<double>{3, 2, 1}));
}

TEST(StatisticalPlateau, RefusesWhatMakesNoSense) {
  const auto refusal = [](const StatisticalPlateauOptions& options) {
    return message_of(ErrorKind::usage, [&] { StatisticalPlateau(options, {0.1}); });
  };
  EXPECT_EQ(refusal({.factor = 1.0}), "statistical: factor: expected a number in [0, 1), got 1");
  EXPECT_EQ(refusal({.iterations_without_progress = 2}),
            "statistical: iterations_without_progress: expected a number in [3, 1e+09], got 2");
  EXPECT_EQ(refusal({.probability = 1.1}),
            "statistical: probability: expected a number in [0, 1], got 1.1");
  EXPECT_EQ(refusal({.discard = -0.1}),
            "statistical: discard: expected a number in [0, 1], got -0.1");
  StatisticalPlateau plateau({.iterations_without_progress = 3}, {0.1});
  EXPECT_EQ(message_of(ErrorKind::checkpoint,
                       [&] {
                         plateau.restore({.rates = {0.1, 0.2}});
                       }),
            "rates: expected 1 (one a group), got 2");
}

}  // namespace
}  // namespace onecycle
