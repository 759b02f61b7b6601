// What writing down and showing a run costs.
//
//   reporting [rounds] [iterations]
//
// First of the digits (mlp 64-128-10, batches of 64, 1cycle, 60 epochs, one thread): the recorder's
// part of an iteration, and files and report at the end, against the time of the fit. Then a run of
// `iterations` (1,000,000) in two groups: seconds and megabytes that its page takes, and those of
// reading it from its folder. Medians and ranges.
#include <ATen/Parallel.h>
#include <sys/resource.h>
#include <torch/utils.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <vector>

#include "onecycle/data/digits.h"
#include "onecycle/data/loader.h"
#include "onecycle/data/split.h"
#include "onecycle/model/mlp.h"
#include "onecycle/record/run_files.h"
#include "onecycle/report/html.h"
#include "onecycle/report/spread.h"
#include "onecycle/train/learner.h"
#include "onecycle/train/recorder.h"

namespace {

using namespace onecycle;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kEpochs = 60;

double milliseconds(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Training, recording alone, and files and page, in milliseconds.
struct Parts {
  std::vector<double> fit;
  std::vector<double> record;
  std::vector<double> write;
};

void measure(const SplitData& data, const std::filesystem::path& folder, Parts& parts) {
  torch::manual_seed(1);
  Learner learner(mlp({.inputs = 64, .outputs = 10, .hidden = {128}}),
                  Loader(data.train, {.batch_size = 64, .seed = 1}), Loader(data.valid, {}),
                  {.metrics = {accuracy()}});
  parts.fit.push_back(milliseconds(
      [&] { (void)learner.fit({.epochs = kEpochs, .lr = 0.1, .schedule = OneCycle{}}); }));
  Run again{.groups = learner.run().groups};
  Recorder recorder(again);
  const torch::Tensor loss = torch::tensor(0.5F);
  parts.record.push_back(milliseconds([&] {
    for (const IterationRecord& record : learner.run().iterations) {
      recorder.add({.iteration = record.iteration}, learner.optimizer().values(), loss);
    }
  }));
  parts.write.push_back(milliseconds([&] {
    write_report(learner.run(), folder / "report.html");
    write_run(folder, learner.run());
  }));
}

void print(const char* name, const std::vector<double>& times, double whole) {
  const Spread time = *spread_of(times);
  std::printf("%-34s %8.2f  [%.2f - %.2f] ms  %5.2f %%\n", name, time.median, time.low, time.high,
              100 * time.median / whole);
}

Run long_run(std::int64_t iterations) {
  Run run{.name = "long", .groups = {"body", "head"}, .metrics = {"accuracy"}};
  run.iterations.reserve(static_cast<std::size_t>(iterations));
  run.values.reserve(static_cast<std::size_t>(2 * iterations));
  run.epochs.reserve(static_cast<std::size_t>(iterations / 1000));
  for (std::int64_t i = 0; i < iterations; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(iterations);
    const double loss = 2.0 - part + 0.1 * std::sin(static_cast<double>(i));
    run.iterations.push_back({i, i / 1000, 1, 64, loss, 2.0 - part, 1.0 + part});
    run.values.push_back({0.01 * part, 0.9, 0.01});
    run.values.push_back({0.1 * part, 0.9, 0.01});
    if (i % 1000 == 999) {
      run.epochs.push_back({i / 1000, i + 1, loss, loss, {part}, 1.0});
    }
  }
  return run;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  const std::int64_t iterations = argc > 2 ? std::atoll(argv[2]) : 1'000'000;
  at::set_num_threads(1);
  const auto folder = std::filesystem::temp_directory_path() / "onecycle-reporting";
  std::filesystem::create_directories(folder);
  const SplitData data = split_data(digits());
  Parts parts;
  for (int round = -1; round < rounds; ++round) {
    if (round == 0) {
      parts = {};  // the first one warmed up
    }
    measure(data, folder, parts);
  }
  const double fit = spread_of(parts.fit)->median;
  print("digits: the fit", parts.fit, fit);
  print("  of it the recorder", parts.record, fit);
  print("digits: files and page", parts.write, fit);

  const double before = megabytes();
  Run run = long_run(iterations);
  const double held = megabytes();
  std::vector<double> page;
  page.reserve(static_cast<std::size_t>(rounds));
  for (int round = 0; round < rounds; ++round) {
    page.push_back(milliseconds([&] { write_report(run, folder / "report.html"); }));
  }
  const double written = megabytes();
  const Spread time = *spread_of(page);
  std::printf("%lld iterations: page %.2f [%.2f - %.2f] s, %.1f MB above the %.0f MB of the run\n",
              static_cast<long long>(iterations), time.median / 1000, time.low / 1000,
              time.high / 1000, written - held, held - before);
  write_run(folder, run);
  run = {};
  const double read = milliseconds([&] { run = read_run(folder); });
  std::printf("reading it from its folder: %.2f s, at most %.0f MB in all\n", read / 1000,
              megabytes());
  std::filesystem::remove_all(folder);
  return 0;
}
