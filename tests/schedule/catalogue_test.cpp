// What holds for every policy in the catalogue, whatever it is.
#include "onecycle/schedule/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <set>

#include "onecycle/schedule/json.h"
#include "support/message.h"

namespace onecycle {

void PrintTo(const PolicyInfo& policy, std::ostream* out) { *out << policy.name; }

namespace {

class EveryPolicy : public testing::TestWithParam<PolicyInfo> {
 protected:
  [[nodiscard]] static Schedule schedule() { return GetParam().make({}); }
};

TEST_P(EveryPolicy, IsFiniteAndNeverAboveThePeak) {
  for (const std::int64_t total : {1, 2, 3, 4, 7, 10, 100, 1001}) {
    for (std::int64_t i = 0; i <= total + 5; ++i) {
      const Values values = schedule().at(i, total);
      ASSERT_TRUE(std::isfinite(values.lr)) << i << " of " << total;
      ASSERT_GE(values.lr, 0.0) << i << " of " << total;
      ASSERT_LE(values.lr, 1.0) << i << " of " << total;
      if (values.momentum) {
        ASSERT_GE(*values.momentum, 0.0);
        ASSERT_LT(*values.momentum, 1.0);
      }
    }
  }
}

TEST_P(EveryPolicy, HoldsItsLastValuePastTheEnd) {
  for (const std::int64_t total : {1, 2, 3, 50}) {
    const Values last = schedule().at(total, total);
    for (const std::int64_t past : {1, 2, 1000}) {
      EXPECT_EQ(schedule().at(total + past, total).lr, last.lr);
      EXPECT_EQ(schedule().at(total + past, total).momentum, last.momentum);
    }
  }
}

TEST_P(EveryPolicy, KnowsNoHistory) {
  const Schedule walked = schedule();
  for (std::int64_t i = 0; i < 64; ++i) {
    const Values after_all_before = walked.at(i, 64);
    EXPECT_EQ(schedule().at(i, 64).lr, after_all_before.lr);
    EXPECT_EQ(schedule().at(i, 64).momentum, after_all_before.momentum);
  }
}

TEST_P(EveryPolicy, MovesInSmallStepsButWhereItSaysThatItJumps) {
  constexpr std::int64_t kTotal = 100'000;
  const Schedule walked = schedule();
  const Iterations jumps = walked.jumps(kTotal);
  double last = walked.at(0, kTotal).lr;
  for (std::int64_t i = 1; i <= kTotal; ++i) {
    const double lr = walked.at(i, kTotal).lr;
    if (std::binary_search(jumps.begin(), jumps.end(), i)) {
      EXPECT_NE(lr, last) << "no jump at " << i;
    } else {
      ASSERT_NEAR(lr, last, 1e-3) << i;
    }
    last = lr;
  }
}

TEST_P(EveryPolicy, EndsItsCyclesAtLows) {
  for (const std::int64_t total : {3, 50, 1000, 1001}) {
    const Schedule policy = schedule();
    const Iterations ends = policy.cycle_ends(total);
    EXPECT_TRUE(std::is_sorted(ends.begin(), ends.end()));
    for (const std::int64_t end : ends) {
      ASSERT_GT(end, 0);
      ASSERT_LE(end, total);
      if (total < 50) {
        continue;  // a cycle of one update has no low
      }
      // The update before the end, or the value at it, is not above those around it.
      const double low = std::min(policy.at(end - 1, total).lr, policy.at(end, total).lr);
      EXPECT_LE(low, policy.at(end - 2, total).lr) << end << " of " << total;
      EXPECT_LE(low, policy.at(end + 1, total).lr) << end << " of " << total;
    }
  }
}

TEST_P(EveryPolicy, CanDoWhatItSaysInAnyRun) {
  for (const std::int64_t total : {1, 2, 3, 7, 1000}) {
    EXPECT_NO_THROW(schedule().check(total));
  }
}

TEST_P(EveryPolicy, SurvivesItsOwnNotation) {
  const std::string text = schedule().text();
  const Schedule again = parse_schedule(text);
  EXPECT_EQ(again.text(), text);
  for (std::int64_t i = 0; i <= 20; ++i) {
    EXPECT_EQ(again.at(i, 20).lr, schedule().at(i, 20).lr);
  }
}

TEST_P(EveryPolicy, SurvivesJson) {
  const std::string json = schedule_to_json(schedule());
  EXPECT_EQ(schedule_from_json(json, "test").text(), schedule().text());
  EXPECT_EQ(parse_schedule(json).text(), schedule().text());
}

TEST_P(EveryPolicy, DescribesEveryOption) {
  std::set<std::string> names;
  for (const FieldInfo& field : GetParam().fields) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name << " twice";
    EXPECT_FALSE(field.default_value.empty()) << field.name;
    EXPECT_FALSE(field.range.empty()) << field.name;
    EXPECT_FALSE(field.unit.empty()) << field.name;
    EXPECT_FALSE(field.meaning.empty()) << field.name;
  }
  EXPECT_FALSE(GetParam().summary.empty());
  EXPECT_FALSE(GetParam().source.empty());
}

TEST_P(EveryPolicy, RefusesAnOptionThatItDoesNotHave) {
  EXPECT_THAT(
      message_of(ErrorKind::usage,
                 [&] {
                   (void)GetParam().make({{"no_such_option", "1"}});
                 }),
      testing::HasSubstr(GetParam().name + ": expected one of its options, got 'no_such_option'"));
}

TEST_P(EveryPolicy, RefusesTextWhereAValueBelongs) {
  for (const FieldInfo& field : GetParam().fields) {
    EXPECT_EQ(message_of(ErrorKind::usage,
                         [&] {
                           (void)GetParam().make({{field.name, "maybe?"}});
                         }),
              cat(GetParam().name, ": ", field.name, ": expected ", field.range, ", got 'maybe?'"));
  }
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryPolicy, testing::ValuesIn(policies()),
                         [](const auto& policy) { return policy.param.name; });

TEST(Catalogue, NamesAreUnique) {
  std::set<std::string> names;
  for (const PolicyInfo& policy : policies()) {
    EXPECT_TRUE(names.insert(policy.name).second) << policy.name;
  }
}

TEST(Catalogue, NamesTheNearestPolicy) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)find_policy("onecyle"); }),
            "unknown policy 'onecyle'; did you mean 'one_cycle'?");
}

TEST(Catalogue, ListsAllWhereNoneIsNear) {
  EXPECT_THAT(message_of(ErrorKind::usage, [] { (void)find_policy("zzzzzzzzz"); }),
              testing::HasSubstr("; known: one_cycle, cyclical, "));
}

}  // namespace
}  // namespace onecycle
