#include "onecycle/report/progress.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "onecycle/core/text.h"
#include "onecycle/report/live_line.h"
#include "onecycle/report/table.h"

namespace onecycle {
namespace {

constexpr std::size_t kTitlesWithoutMetrics = 4;  // epoch, two losses, time

std::string exponent(double value) {
  std::array<char, 32> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), "%.2e", value);
  return {buffer.data(), static_cast<std::size_t>(length)};
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t taken = display_width(text);
  return std::string(width > taken ? width - taken : 0, ' ') + text;
}

}  // namespace

Progress::Progress(std::FILE* out, ProgressOptions options)
    : out_(out), options_(std::move(options)) {}

Progress::~Progress() { erase(); }

void Progress::begin(std::int64_t total_epochs, std::int64_t iterations_per_epoch,
                     const std::vector<std::string>& metrics) {
  erase();
  terminal_ = options_.terminal ? *options_.terminal : terminal_of(out_);
  live_ = terminal_.live;
  total_epochs_ = total_epochs;
  iterations_per_epoch_ = std::max<std::int64_t>(iterations_per_epoch, 1);
  first_drawn_.reset();
  next_draw_ = Clock::now() + options_.interval;
  std::vector<std::string> titles = {"epoch", "train loss", "valid loss"};
  titles.insert(titles.end(), metrics.begin(), metrics.end());
  titles.emplace_back("time");
  if (options_.label.empty() && titles != titles_) {
    titles_ = std::move(titles);
    print_row(titles_, terminal_.colour);
  }
}

void Progress::update(std::int64_t iteration, double lr, double loss) {
  if (!due()) {
    return;
  }
  if (!options_.terminal) {
    terminal_ = terminal_of(out_);  // the window may have another size by now
  }
  print(kEraseLine + epoch_line(iteration, lr, loss));
  drawn_ = true;
  const auto now = Clock::now();
  if (!first_drawn_) {
    first_drawn_ = Pace{iteration, now};
  }
  next_draw_ = now + options_.interval;
}

void Progress::epoch(const EpochRecord& record) {
  erase();
  std::vector<std::string> cells = {std::to_string(record.epoch + 1),
                                    format_cell(record.train_loss),
                                    record.valid_loss ? format_cell(*record.valid_loss) : "-"};
  // One cell a title, whether or not there was a validation: the time stays under its own.
  for (std::size_t i = 0; i + kTitlesWithoutMetrics < titles_.size(); ++i) {
    cells.push_back(i < record.metrics.size() ? format_cell(record.metrics[i]) : "-");
  }
  cells.push_back(format_duration(record.seconds));
  print_row(cells, false);
}

void Progress::finish() {
  erase();
  live_ = false;
}

void Progress::erase() {
  if (drawn_) {
    print(kEraseLine);
    drawn_ = false;
  }
}

void Progress::print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
}

void Progress::print_row(const std::vector<std::string>& cells, bool bold) {
  constexpr std::size_t kNarrowest = 8;
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t title = i < titles_.size() ? display_width(titles_[i]) : 0;
    line += cat(i == 0 ? "" : "  ", padded(cells[i], i == 0 ? title : std::max(title, kNarrowest)));
  }
  print(bold ? cat("\x1b[1m", line, "\x1b[0m\n") : line + "\n");
}

std::vector<std::string> Progress::pace_texts(std::int64_t iteration) const {
  const std::int64_t done = first_drawn_ ? iteration - first_drawn_->iteration : 0;
  if (done <= 0) {
    return {};
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - first_drawn_->time).count() /
                         static_cast<double>(done);
  const std::int64_t left =
      std::max<std::int64_t>(total_epochs_ * iterations_per_epoch_ - iteration - 1, 0);
  const double speed = 1.0 / std::max(seconds, 1e-9);
  return {time_left(seconds * static_cast<double>(left)),
          cat(speed < 10.0 ? format_brief(speed, 2) : format_count(std::llround(speed)), " it/s")};
}

std::string Progress::epoch_line(std::int64_t iteration, double lr, double loss) const {
  const std::int64_t in_epoch = iteration % iterations_per_epoch_ + 1;
  const double part = static_cast<double>(in_epoch) / static_cast<double>(iterations_per_epoch_);
  const std::string total = std::to_string(total_epochs_);
  const std::string number = std::to_string(iteration / iterations_per_epoch_ + 1);
  const std::string head = options_.label.empty()
                               ? cat("epoch ", padded(number, total.size()), "/", total)
                               : options_.label;
  std::vector<std::string> pieces = {cat(padded(std::to_string(std::lround(100 * part)), 3), "%"),
                                     cat("loss ", format_cell(loss)), cat("lr ", exponent(lr))};
  for (auto& text : pace_texts(iteration)) {
    pieces.push_back(std::move(text));
  }
  return live_line(head, part, pieces, terminal_);
}

}  // namespace onecycle
