#include "onecycle/report/progress.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "onecycle/report/table.h"
#include "report/pty.h"
#include "report/runs.h"

namespace onecycle {
namespace {

using std::chrono::milliseconds;

constexpr const char* kErase = "\r\x1b[K";

void train(Progress& progress, const Run& run) {
  progress.begin(static_cast<std::int64_t>(run.epochs.size()), 8, run.metrics);
  for (const auto& epoch : run.epochs) {
    for (std::int64_t i = epoch.iterations - 8; i < epoch.iterations; ++i) {
      progress.update(i, 0.01, 1.0);
    }
    progress.epoch(epoch);
  }
  progress.finish();
}

/// The texts between two erasures.
std::vector<std::string> redraws(std::string text) {
  std::vector<std::string> parts;
  for (auto at = text.find(kErase); at != std::string::npos; at = text.find(kErase)) {
    parts.push_back(text.substr(0, at));
    text.erase(0, at + std::string(kErase).size());
  }
  parts.push_back(text);
  return parts;
}

TEST(Progress, PrintsOnePlainLineAnEpochIntoAFile) {
  const PlainFile file;
  {
    Progress progress(file.stream(), {.interval = milliseconds(0)});
    train(progress, small_run(3));
    EXPECT_FALSE(progress.due());
  }
  EXPECT_EQ(file.text(),
            "epoch  train loss  valid loss  accuracy      time\n"
            "    1      1.6000      1.5000    0.5000    0.50 s\n"
            "    2      1.5000      1.4000    0.6000    0.50 s\n"
            "    3      1.5500      1.4500    0.7000    0.50 s\n");
}

TEST(Progress, ShowsAMissingValidationLossAsADash) {
  const PlainFile file;
  Progress progress(file.stream());
  progress.begin(1, 8, {});
  progress.epoch({0, 8, 0.25, {}, {}, 90.0});
  EXPECT_EQ(file.text(),
            "epoch  train loss  valid loss      time\n"
            "    1      0.2500           -      1:30\n");
}

TEST(Progress, KeepsTheColumnsOfAnEpochWithoutValidation) {
  const PlainFile file;
  Progress progress(file.stream());
  progress.begin(1, 8, {"accuracy"});
  progress.epoch({0, 8, 0.25, {}, {}, 90.0});
  EXPECT_EQ(file.text(),
            "epoch  train loss  valid loss  accuracy      time\n"
            "    1      0.2500           -         -      1:30\n");
}

TEST(Progress, PrintsTheHeaderOnceForTheSameColumns) {
  const PlainFile file;
  Progress progress(file.stream());
  progress.begin(1, 8, {"accuracy"});
  progress.begin(4, 8, {"accuracy"});
  EXPECT_EQ(file.text(), "epoch  train loss  valid loss  accuracy      time\n");
}

TEST(Progress, ErasesTheLiveLineBeforeThePermanentOne) {
  const ScopedVariable type("TERM", "xterm");
  const ScopedVariable no_colour("NO_COLOR", "1");
  const PseudoTerminal pty(24, 80);
  Progress progress(pty.stream(), {.interval = milliseconds(0)});
  progress.begin(2, 8, {"accuracy"});
  EXPECT_EQ(pty.read_back(), "epoch  train loss  valid loss  accuracy      time\r\n");
  progress.update(9, 0.0123, 0.5);
  const std::string line = pty.read_back();
  EXPECT_EQ(line.rfind(std::string(kErase) + "epoch 2/2  ", 0), 0U) << line;
  EXPECT_NE(line.find(" 25%  loss 0.5000  lr 1.23e-02"), std::string::npos) << line;
  progress.epoch({1, 16, 0.5, 0.25, {0.75}, 1.0});
  EXPECT_EQ(pty.read_back(),
            std::string(kErase) + "    2      0.5000      0.2500    0.7500    1.00 s\r\n");
}

TEST(Progress, TellsPaceAndTimeLeftFromTheSecondDrawOn) {
  const ScopedVariable type("TERM", "xterm");
  const PseudoTerminal pty(24, 100);
  Progress progress(pty.stream(), {.interval = milliseconds(0)});
  progress.begin(10, 100, {});
  progress.update(499, 0.01, 0.5);  // as after resuming
  EXPECT_EQ(pty.read_back().find("left"), std::string::npos);
  std::this_thread::sleep_for(milliseconds(20));
  progress.update(500, 0.01, 0.5);
  const std::string line = pty.read_back();
  EXPECT_NE(line.find(" s left"), std::string::npos) << line;
  EXPECT_NE(line.find(" it/s"), std::string::npos) << line;
  EXPECT_NE(line.find("epoch  6/10"), std::string::npos) << line;
}

/// The width of the longest line drawn for three iterations.
std::size_t widest_line(const Terminal& terminal) {
  const PlainFile file;
  Progress progress(file.stream(), {.terminal = terminal, .interval = milliseconds(0)});
  progress.begin(10, 1000, {});
  for (const std::int64_t iteration : {0, 1234, 9999}) {
    progress.update(iteration, 1e-3, 0.5);
  }
  const auto parts = redraws(file.text());
  std::size_t widest = 0;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    widest = std::max(widest, display_width(parts[i]));
  }
  return widest;
}

TEST(Progress, NeverFillsALineWhateverTheWidth) {
  for (int columns = 2; columns <= 130; ++columns) {
    const auto limit = static_cast<std::size_t>(columns);
    EXPECT_LT(widest_line({.live = true, .columns = columns}), limit);
    EXPECT_LT(widest_line({.live = true, .unicode = true, .columns = columns}), limit);
  }
  EXPECT_GT(widest_line({.live = true, .columns = 80}), 60U);
}

TEST(Progress, FollowsTheWindow) {
  const ScopedVariable type("TERM", "xterm");
  const ScopedVariable no_colour("NO_COLOR", "1");
  const PseudoTerminal pty(24, 100);
  Progress progress(pty.stream(), {.interval = milliseconds(0)});
  progress.begin(1, 100, {});
  progress.update(50, 0.01, 0.5);
  EXPECT_GT(display_width(pty.read_back()), 60U);
  pty.resize(24, 30);
  progress.update(51, 0.01, 0.5);
  EXPECT_LT(display_width(pty.read_back()), 30U + std::string(kErase).size());
}

TEST(Progress, DrawsAtMostOnceAnInterval) {
  const PlainFile file;
  Progress progress(file.stream(),
                    {.terminal = Terminal{.live = true}, .interval = std::chrono::hours(1)});
  progress.begin(1, 1'000'000, {});
  for (std::int64_t i = 0; i < 100'000; ++i) {
    progress.update(i, 0.01, 0.5);
  }
  progress.finish();
  EXPECT_EQ(file.text(), "epoch  train loss  valid loss      time\n");
}

TEST(Progress, LeavesNothingOfALabelledLine) {
  const PlainFile file;
  {
    Progress progress(
        file.stream(),
        {.label = "finding", .terminal = Terminal{.live = true}, .interval = milliseconds(0)});
    progress.begin(1, 100, {});
    progress.update(49, 0.01, 0.5);
  }
  const auto parts = redraws(file.text());
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0], "");
  EXPECT_EQ(parts[1].rfind("finding  ", 0), 0U) << parts[1];
  EXPECT_EQ(parts[2], "");
}

TEST(Progress, ColoursOnlyTheBarAndTheHeader) {
  const PlainFile file;
  Progress progress(file.stream(), {.terminal = Terminal{.live = true, .colour = true},
                                    .interval = milliseconds(0)});
  progress.begin(1, 100, {});
  progress.update(49, 0.01, 0.5);
  EXPECT_EQ(file.text().rfind("\x1b[1mepoch", 0), 0U);
  EXPECT_NE(file.text().find("\x1b[36m#"), std::string::npos);
}

}  // namespace
}  // namespace onecycle
