// What one value of a schedule costs, for every policy, and the valley rule on long curves.
#include <benchmark/benchmark.h>

#include <cmath>

#include "onecycle/finder/suggest.h"
#include "onecycle/record/run.h"
#include "onecycle/schedule/catalogue.h"
#include "onecycle/schedule/group_schedules.h"
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

/// What compositions add.
void one_value_of(benchmark::State& state, const char* text) {
  const Schedule schedule = parse_schedule(text);
  std::int64_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(schedule.at(i, 10'000));
    i = i < 9'999 ? i + 1 : 0;
  }
}

/// What a training iteration asks for many groups: of one schedule, or of one a group.
void all_groups(benchmark::State& state, const GroupSchedules& schedules) {
  const auto groups = static_cast<std::size_t>(state.range(0));
  const std::vector<double> peaks = Rates::range(1e-4, 1e-1).for_groups(groups);
  std::vector<GroupValues> values(groups);
  std::int64_t i = 0;
  for (auto _ : state) {
    schedules.for_each(groups, i, 10'000, [&](std::size_t g, const Values& now) {
      values[g].lr = peaks[g] * now.lr;
      values[g].momentum = now.momentum.value_or(values[g].momentum);
    });
    benchmark::DoNotOptimize(values.data());
    i = i < 9'999 ? i + 1 : 0;
  }
}

void all_groups_alike(benchmark::State& state) {
  all_groups(state, find_policy("one_cycle").make({}));
}

void all_groups_apart(benchmark::State& state) {
  const auto groups = static_cast<std::size_t>(state.range(0));
  all_groups(state,
             GroupSchedules(std::vector<Schedule>(groups, find_policy("one_cycle").make({}))));
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

BENCHMARK(all_groups_alike)->Arg(1)->Arg(10)->Arg(1000);
BENCHMARK(all_groups_apart)->Arg(10)->Arg(1000);
BENCHMARK_CAPTURE(one_value_of, sequence, "warmup(5%) then cosine");
BENCHMARK_CAPTURE(one_value_of, over, "warmup(5%) over cosine");
BENCHMARK_CAPTURE(one_value_of, product, "one_cycle * linear(end=0.5)");
BENCHMARK_CAPTURE(one_value_of, with, "one_cycle with weight_decay=linear");
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
