// What holds for every policy in the catalogue, whatever it is.
#include "onecycle/schedule/catalogue.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ostream>
#include <set>

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

TEST_P(EveryPolicy, MovesInSmallSteps) {
  constexpr std::int64_t kTotal = 100'000;
  double last = schedule().at(0, kTotal).lr;
  for (std::int64_t i = 1; i <= kTotal; ++i) {
    const double lr = schedule().at(i, kTotal).lr;
    ASSERT_NEAR(lr, last, 1e-3) << i;
    last = lr;
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
              testing::HasSubstr("; known: one_cycle, constant, "));
}

}  // namespace
}  // namespace onecycle
