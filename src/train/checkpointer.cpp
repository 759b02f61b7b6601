// When checkpoints are written, and which of them stay.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <system_error>
#include <utility>

#include "onecycle/core/error.h"
#include "onecycle/train/checkpoint.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStem = "iteration-";
constexpr std::string_view kSuffix = ".safetensors";

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The iteration in the name; nothing if it is no checkpoint's.
std::optional<std::int64_t> iteration_of(const fs::path& path) {
  const std::string name = path.filename().native();
  if (!name.starts_with(kStem) || !name.ends_with(kSuffix)) {
    return std::nullopt;
  }
  return parse_integer(
      std::string_view(name).substr(kStem.size(), name.size() - kStem.size() - kSuffix.size()));
}

/// What a killed program has left of one that it was writing.
bool is_remnant(const fs::path& path) {
  const std::string name = path.filename().native();
  return name.starts_with(cat(".", kStem)) && name.ends_with(".tmp");
}

std::string name_at(std::int64_t iteration) {
  const std::string digits = std::to_string(iteration);
  constexpr std::size_t kDigits = 7;  // so that a listing is in order
  return cat(kStem, std::string(digits.size() < kDigits ? kDigits - digits.size() : 0, '0'), digits,
             kSuffix);
}

/// Leaves the newest `keep` of those up to `iteration`: later ones are of a future from which the
/// fit went back.
void remove_others(const fs::path& folder, std::int64_t iteration, std::int64_t keep) {
  std::error_code ignored;
  std::int64_t kept = 0;
  for (const fs::path& each : checkpoints_in(folder)) {
    if (iteration_of(each) > iteration || ++kept > keep) {
      fs::remove(each, ignored);
    }
  }
  std::vector<fs::path> remnants;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (is_remnant(entry.path())) {
      remnants.push_back(entry.path());
    }
  }
  for (const fs::path& remnant : remnants) {
    fs::remove(remnant, ignored);
  }
}

}  // namespace

std::vector<fs::path> checkpoints_in(const fs::path& folder) {
  std::vector<std::pair<std::int64_t, fs::path>> found;
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    if (const auto iteration = iteration_of(entry->path())) {
      found.emplace_back(*iteration, entry->path());
    }
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<fs::path> paths;
  paths.reserve(found.size());
  for (auto& [iteration, path] : found) {
    paths.push_back(std::move(path));
  }
  return paths;
}

CheckpointInterval CheckpointInterval::parse(std::string_view text, std::string_view what) {
  const auto refuse = [&] {
    fail(ErrorKind::usage, what,
         ": expected a number of iterations, a time such as 90s, 10m or 1h, or epoch, got '", text,
         "'");
  };
  if (text == "epoch") {
    return {.epoch = true};
  }
  if (const auto iterations = parse_integer(text)) {
    if (*iterations < 1) {
      refuse();
    }
    return {.iterations = iterations};
  }
  const double unit = text.ends_with('s') ? 1.0 : text.ends_with('m') ? 60.0 : 3600.0;
  const bool has_unit = text.ends_with('s') || text.ends_with('m') || text.ends_with('h');
  const auto amount =
      has_unit ? parse_number(text.substr(0, text.size() - 1)) : std::optional<double>();
  if (!amount || !std::isfinite(*amount) || *amount <= 0.0) {
    refuse();
  }
  return {.seconds = *amount * unit};
}

Checkpointer::Checkpointer(CheckpointOptions options) : options_(std::move(options)) {
  require(options_.keep >= 1, ErrorKind::usage, "checkpoints: expected to keep at least 1, got ",
          options_.keep);
  require(!options_.folder.empty(), ErrorKind::usage, "checkpoints: expected a folder, got none");
}

void Checkpointer::fit_begin(const FitContext& /*fit*/) {
  epoch_ = 0;
  iteration_ = 0;
  begun_ = false;
  written_at_ = now_seconds();
}

bool Checkpointer::due(const FitContext& fit) const {
  const CheckpointInterval& every = options_.every;
  // The first at once: what the finder found is in it.
  return (!begun_ && (every.iterations || every.epoch || every.seconds)) ||
         (every.iterations && fit.iteration - iteration_ >= *every.iterations) ||
         (every.epoch && fit.epoch != epoch_) ||
         (every.seconds && now_seconds() - written_at_ >= *every.seconds) ||
         (options_.now && options_.now());
}

Action Checkpointer::at_rest(const FitContext& fit) {
  iteration_ = std::min(iteration_, fit.iteration);  // it may have gone back
  if (writing_.valid() && writing_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    attempt([&] { finish(); });
  }
  if (due(fit)) {
    // After a failure, too: the next try when the next one is due.
    iteration_ = fit.iteration;
    written_at_ = now_seconds();
    attempt([&] { finish(); });
    attempt([&] { start(fit); });
    if (!begun_) {  // a folder that cannot be written is to be known before the work
      attempt([&] { finish(); });
    }
  }
  begun_ = true;
  epoch_ = fit.epoch;
  return Action::proceed;
}

void Checkpointer::fit_end(const FitContext& /*fit*/) {
  attempt([&] { finish(); });
}

template <class Work>
void Checkpointer::attempt(Work work) {
  try {
    work();
  } catch (const std::exception& error) {
    if (!options_.failed || !options_.failed(error.what())) {
      throw;
    }
  }
}

void Checkpointer::start(const FitContext& fit) {
  std::error_code error;
  fs::create_directories(options_.folder, error);
  require(!error, ErrorKind::usage, options_.folder.native(),
          ": the folder cannot be made: ", error.message());
  Checkpoint checkpoint{.state = save_state(fit.state, Copy::host), .run = fit.run};
  checkpoint.facts = options_.facts;
  writing_ = std::async(std::launch::async, [checkpoint = std::move(checkpoint),
                                             folder = options_.folder, keep = options_.keep] {
    const auto iteration = static_cast<std::int64_t>(checkpoint.run.iterations.size());
    fs::path path = folder / name_at(iteration);
    write_checkpoint(path, checkpoint);
    remove_others(folder, iteration, keep);
    return path;
  });
}

/// Waits for the one that is being written, if any. Throws what went wrong with it.
void Checkpointer::finish() {
  if (writing_.valid()) {
    last_ = writing_.get();
  }
}

}  // namespace onecycle
