// What is const may be asked by several threads at once; the thread sanitizer watches these tests.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "onecycle/schedule/catalogue.h"

namespace onecycle {
namespace {

/// The rates and momentums of a whole run.
std::vector<double> walk(const Schedule& schedule) {
  constexpr std::int64_t kTotal = 200;
  std::vector<double> walked;
  for (std::int64_t i = 0; i < kTotal; ++i) {
    const Values values = schedule.at(i, kTotal);
    walked.push_back(values.lr);
    walked.push_back(values.momentum.value_or(-1.0));
  }
  return walked;
}

/// What `work` gives on each of several threads that run at once.
template <class Work>
auto on_threads(const Work& work) {
  std::vector<decltype(work())> results(4);
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&result, &work] { result = work(); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return results;
}

TEST(Threads, ShareOneSchedule) {
  for (const std::string text : {"one_cycle", "warmup(5%) then cosine", "sgdr * linear(end=0.5)",
                                 "cosine with momentum=linear(start=0.95, end=0.85)"}) {
    const Schedule schedule = parse_schedule(text);
    const std::vector<double> alone = walk(schedule);
    for (const auto& walked : on_threads([&] { return walk(schedule); })) {
      EXPECT_EQ(walked, alone) << text;
    }
  }
}

TEST(Threads, ReadEachTheirOwn) {
  for (const PolicyInfo& policy : policies()) {
    const std::string alone = policy.make({}).text();
    for (const std::string& text : on_threads([&] { return parse_schedule(policy.name).text(); })) {
      EXPECT_EQ(text, alone);
    }
  }
}

}  // namespace
}  // namespace onecycle
