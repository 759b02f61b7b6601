// Progress of a fit in a terminal: a permanent line for each epoch under one header, and below them
// a live line for the epoch that runs. Plain lines only when the output is no terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/record/run.h"
#include "onecycle/report/terminal.h"

namespace onecycle {

struct ProgressOptions {
  /// What the live line begins with, in place of `epoch 3/30`; then no header is printed. For
  /// sweeps and other work without epochs.
  std::string label = {};
  /// What the output can do; asked anew at every redraw if not given.
  std::optional<Terminal> terminal = {};
  std::chrono::milliseconds interval{100};  ///< between two redraws of the live line
};

/// Not thread-safe. Nothing is printed before `begin`. Usage:
///
///     progress.begin(epochs, iterations_per_epoch, metrics);
///     ... if (progress.due()) progress.update(iteration, lr, loss);  // after each iteration
///     ... progress.epoch(record);                                    // after each epoch
///     progress.finish();
class Progress {
 public:
  explicit Progress(std::FILE* out = stderr, ProgressOptions options = {});
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  ///< erases the live line

  /// Starts the clock and prints the header, unless it stands there already from a fit before.
  /// `metrics`: the names of what `epoch` will show.
  void begin(std::int64_t total_epochs, std::int64_t iterations_per_epoch,
             const std::vector<std::string>& metrics);

  /// Whether `update` would draw now: ask before fetching a loss from a device. One look at the
  /// clock in a terminal, less elsewhere.
  [[nodiscard]] bool due() const { return live_ && std::chrono::steady_clock::now() >= next_draw_; }

  /// Draws the live line, if due, after the iteration numbered `iteration` (from 0, over the whole
  /// run) with its rate and its loss; a loss that is not known may be NaN.
  void update(std::int64_t iteration, double lr, double loss);

  /// Erases the live line and prints the permanent line of an epoch.
  void epoch(const EpochRecord& record);

  /// Erases the live line. `begin` may start another fit afterwards.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  struct Pace {
    std::int64_t iteration;
    Clock::time_point time;
  };

  void erase();
  void print(const std::string& text);
  void print_row(const std::vector<std::string>& cells, bool bold);
  [[nodiscard]] std::string epoch_line(std::int64_t iteration, double lr, double loss) const;
  [[nodiscard]] std::vector<std::string> pace_texts(std::int64_t iteration) const;

  std::FILE* out_;
  ProgressOptions options_;
  Terminal terminal_;
  bool live_ = false;   // between begin and finish, in a terminal
  bool drawn_ = false;  // a live line stands there now
  Clock::time_point next_draw_;
  std::optional<Pace> first_drawn_;
  std::int64_t total_epochs_ = 0;
  std::int64_t iterations_per_epoch_ = 1;
  std::vector<std::string> titles_;  // of the permanent lines
};

}  // namespace onecycle
