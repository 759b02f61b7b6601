#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

#include "onecycle/finder/suggest.h"
#include "onecycle/finder/sweep_log.h"
#include "support/message.h"

namespace onecycle {
namespace {

/// A peer's grid by its formulas: the position of iteration k of n for each spacing.
struct PeersGrid {
  std::string name;
  double start = 0.0;
  double end = 0.0;
  std::function<double(double k, double n)> exponential;
  std::function<double(double k, double n)> linear;
  double more = 0.0;  // iterations beyond n
};

void PrintTo(const PeersGrid& grid, std::ostream* out) { *out << grid.name; }

std::vector<PeersGrid> grids() {
  const auto open = [](double k, double n) { return k / n; };
  const auto reached = [](double k, double n) { return k / (n - 1.0); };
  const auto next = [](double k, double n) { return (k + 1.0) / n; };
  const auto skips_one = [](double k, double n) { return k == 0.0 ? 0.0 : (k + 1.0) / n; };
  return {{"onecycle", 1e-7, 10.0, open, open},
          {"fastai2", 1e-7, 10.0, open, open},
          {"fastai1", 1e-7, 10.0, open, open},
          {"fastai07", 1e-5, 10.0, open, open},
          {"torch_lr_finder", 1e-7, 10.0, reached, reached},
          {"ignite", 1e-7, 10.0, next, open, 1.0},
          {"lightning", 1e-8, 1.0, skips_one, skips_one},
          {"notebook", 1e-8, 10.0, reached, reached}};
}

class Convention : public testing::TestWithParam<PeersGrid> {
 protected:
  const PeersGrid& peer = GetParam();
  Sweep sweep = find_setup(peer.name).setup.sweep;
};

TEST_P(Convention, HasThePeersEndsAndCount) {
  EXPECT_EQ(sweep.start_lr, peer.start);
  EXPECT_EQ(sweep.end_lr, peer.end);
  EXPECT_EQ(sweep.num_it, 100);
  EXPECT_EQ(sweep.spacing, Spacing::exponential);
  EXPECT_EQ(static_cast<double>(sweep.iterations()), 100.0 + peer.more);
}

TEST_P(Convention, HasThePeersExponentialGrid) {
  for (const std::int64_t n : {6, 30, 100}) {
    sweep.num_it = n;
    for (std::int64_t k = 0; k < sweep.iterations(); ++k) {
      const double q = peer.exponential(static_cast<double>(k), static_cast<double>(n));
      const double expected = peer.start * std::pow(peer.end / peer.start, q);
      EXPECT_NEAR(sweep.rate(k), expected, 1e-12 * expected) << k;
    }
  }
}

TEST_P(Convention, HasThePeersLinearGrid) {
  sweep.spacing = Spacing::linear;
  const double from = peer.name == "fastai07" ? 0.0 : peer.start;  // that one forgets its start
  for (const std::int64_t n : {6, 30, 100}) {
    sweep.num_it = n;
    for (std::int64_t k = 0; k < sweep.iterations(); ++k) {
      const double q = peer.linear(static_cast<double>(k), static_cast<double>(n));
      EXPECT_NEAR(sweep.rate(k), from + q * (peer.end - from), 1e-12 * peer.end) << k;
    }
  }
}

TEST_P(Convention, HasARuleThatIsKnown) {
  EXPECT_NO_THROW(find_rule(find_setup(peer.name).rule));
  EXPECT_FALSE(find_setup(peer.name).source.empty());
}

INSTANTIATE_TEST_SUITE_P(Of, Convention, testing::ValuesIn(grids()),
                         [](const auto& test) { return test.param.name; });

TEST(FinderSetups, AreAllInTheTableAbove) {
  const auto all = grids();
  ASSERT_EQ(all.size(), finder_setups().size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(finder_setups()[i].name, all[i].name);
  }
}

/// The least loss, held after a loss of 1, that ends the sweep at once.
TEST(FinderSetups, HaveTheirPeersFactor) {
  for (const NamedSetup& entry : finder_setups()) {
    const bool smooth_little =
        entry.name == "torch_lr_finder" || entry.name == "ignite";  // these allow a factor of 5
    EXPECT_EQ(entry.setup.stop.factor, smooth_little ? 5.0 : 4.0) << entry.name;
    const auto ends_at = [&](double factor) {
      StopDetector detector(entry.setup.stop);
      for (int k = 0; k < 12; ++k) {
        EXPECT_FALSE(detector.add(0.1, 1.0, 1.0)) << entry.name;
      }
      return detector.add(0.1, factor, factor);
    };
    EXPECT_FALSE(ends_at(entry.setup.stop.factor)) << entry.name;
    EXPECT_TRUE(ends_at(entry.setup.stop.factor * 1.001)) << entry.name;
  }
}

TEST(FinderSetups, OnlySomeEndAtANan) {
  for (const NamedSetup& entry : finder_setups()) {
    StopDetector detector(entry.setup.stop);
    detector.add(0.1, 1.0, 1.0);
    const bool ends =
        entry.name == "onecycle" || entry.name.starts_with("fastai1") || entry.name == "fastai07";
    EXPECT_EQ(detector.add(0.2, NAN, NAN), ends) << entry.name;
    if (ends) {
      EXPECT_EQ(detector.keeps_last(), entry.name == "fastai1") << entry.name;
    }
  }
}

TEST(FinderSetups, EveryPeersSweepRunsToItsEnd) {
  for (const NamedSetup& entry : finder_setups()) {
    SweepLog log(entry.setup);
    while (log.running()) {
      log.add(1.0);
    }
    EXPECT_EQ(log.iteration(), entry.setup.sweep.iterations()) << entry.name;
  }
}

TEST(FinderSetups, UnknownNamesListTheNearest) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { find_setup("lightening"); }),
            "unknown finder setup 'lightening'; did you mean 'lightning'?");
}

}  // namespace
}  // namespace onecycle
