// What one value of a schedule costs, for every policy, and the valley rule on long curves.
#include <benchmark/benchmark.h>

#include <cmath>

#include "onecycle/finder/suggest.h"
#include "onecycle/schedule/catalogue.h"
#include "onecycle/schedule/rates.h"

namespace {

using namespace onecycle;

void one_value(benchmark::State& state, const PolicyInfo& policy) {
  const Schedule schedule = policy.make({});
  std::int64_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(schedule.at(i, 10'000));
    i = i < 9'999 ? i + 1 : 0;
  }
}

/// What a training iteration asks of the 1cycle policy for many groups.
void all_groups(benchmark::State& state) {
  const Schedule schedule = find_policy("one_cycle").make({});
  const std::vector<double> peaks =
      Rates::range(1e-4, 1e-1).for_groups(static_cast<std::size_t>(state.range(0)));
  std::vector<double> rates(peaks.size());
  std::int64_t i = 0;
  for (auto _ : state) {
    const Values values = schedule.at(i, 10'000);
    for (std::size_t g = 0; g < peaks.size(); ++g) {
      rates[g] = peaks[g] * values.lr;
    }
    benchmark::DoNotOptimize(rates.data());
    i = i < 9'999 ? i + 1 : 0;
  }
}

void valley(benchmark::State& state) {
  Curve curve;
  const auto points = static_cast<int>(state.range(0));
  for (int k = 0; k < points; ++k) {
    const double q = static_cast<double>(k) / points;
    curve.lr.push_back(1e-7 * std::pow(1e8, q));
    curve.loss.push_back(2.3 - 1.5 * q * q + 0.01 * std::sin(12.9898 * k));
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(suggest(curve, {"valley"}));
  }
}

BENCHMARK(all_groups)->Arg(1)->Arg(10)->Arg(1000);
BENCHMARK(valley)->Arg(100)->Arg(1000)->Arg(10'000);

}  // namespace

int main(int argc, char** argv) {
  for (const PolicyInfo& policy : policies()) {
    benchmark::RegisterBenchmark(("one_value/" + policy.name).c_str(),
                                 [&policy](benchmark::State& state) { one_value(state, policy); });
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
