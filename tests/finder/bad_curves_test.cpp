#include "finder/bad_curves.h"

#include <gtest/gtest.h>

namespace onecycle {
namespace {

std::vector<BadCurve> bad_curves() {
  std::vector<BadCurve> all = curves_of_bad_losses();
  for (BadCurve& more : curves_of_bad_rates()) {
    all.push_back(std::move(more));
  }
  return all;
}

/// Every rule on every curve.
class EveryRule : public testing::TestWithParam<BadCurve> {
 protected:
  const Curve& on = GetParam().curve;

  void expect_rate_or_reason(const Suggestion& got) const {
    EXPECT_NE(got.lr.has_value(), !got.why.empty()) << got.why;
    if (got.lr) {
      const auto is_less = [](double a, double b) { return a < b || (std::isnan(b) && a == a); };
      EXPECT_GE(*got.lr, *std::min_element(on.lr.begin(), on.lr.end(), is_less) / 10.0);
      EXPECT_LE(*got.lr, *std::max_element(on.lr.begin(), on.lr.end()));
    }
  }
};

TEST_P(EveryRule, SuggestsARateWithinTheCurveOrSaysWhyNot) {
  for (const SuggestionRule& rule : suggestion_rules()) {
    SCOPED_TRACE(rule.name);
    const auto all = suggest(on, {std::string(rule.name)});
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().rule, rule.name);
    expect_rate_or_reason(all.front());
  }
}

TEST_P(EveryRule, AnswersAsThePeerDoesOrSaysWhyNot) {
  for (const SuggestionRule& rule : suggestion_rules()) {
    SCOPED_TRACE(rule.name);
    expect_rate_or_reason(apply_rule(rule, on));
  }
}

INSTANTIATE_TEST_SUITE_P(On, EveryRule, testing::ValuesIn(bad_curves()),
                         [](const auto& test) { return test.param.name; });

Suggestion ask(const char* rule, const Curve& on) { return suggest(on, {rule}).at(0); }

TEST(BadCurves, AFallCountsHoweverHighTheLossBlowsUpLater) {
  const Curve mild = u_shaped();
  const Curve wild = with(mild, 1e12, 97, 100);
  for (const char* const rule : {"ignite", "lightning", "before_blow_up"}) {
    EXPECT_TRUE(ask(rule, wild).lr) << rule << ": " << ask(rule, wild).why;
  }
  EXPECT_EQ(ask("ignite", wild).lr, ask("ignite", mild).lr);
}

TEST(BadCurves, NothingAfterANanIsLookedAtByAnyRule) {
  Curve other_after = with(u_shaped(), NAN, 50, 51);
  const Curve on = other_after;
  for (std::size_t k = 51; k < 100; ++k) {
    other_after.loss[k] = -50.0 * static_cast<double>(k % 7);
  }
  for (const SuggestionRule& rule : suggestion_rules()) {
    EXPECT_EQ(ask(rule.name.data(), on).lr, ask(rule.name.data(), other_after).lr) << rule.name;
  }
  EXPECT_EQ(ask("valley", with(u_shaped(), NAN, 2, 3)).why,
            "too few points: valley needs 2, the curve has 100, of which 0 are finite and not cut "
            "off at its ends; the loss is nan at rate 1.45e-07");
}

TEST(BadCurves, ALossThatBecomesNanHasBlownUp) {
  const Curve on = with(curve(60, [](double k) { return 2.0 - 0.03 * k; }), NAN, 40, 60);
  EXPECT_DOUBLE_EQ(*ask("before_blow_up", on).lr, on.lr[39] / 10.0);
}

TEST(BadCurves, AFirstLossThatIsNotFiniteLeavesNothingToTrust) {
  EXPECT_EQ(ask("valley", with(u_shaped(), HUGE_VAL, 0, 1)).why,
            "the first loss is not finite, so none can be trusted: it is inf");
}

TEST(BadCurves, AFirstRateOfZeroIsPassedOver) {
  Curve from_zero = u_shaped();
  from_zero.lr.front() = 0.0;
  EXPECT_EQ(ask("minimum", from_zero).lr, ask("minimum", u_shaped()).lr);
}

/// Valley looks for a longest subsequence, where a simple method is quadratic: it takes hours,
/// which CTest's limit of time ends. No clock here, since sanitizers and busy machines are slow.
TEST(BadCurves, AllRulesTogetherReadAMillionPoints) {
  std::mt19937_64 random(23);
  std::normal_distribution<double> noise;
  for (const double slope : {0.0, -1e-5}) {
    Curve on;
    for (int k = 0; k < 1'000'000; ++k) {
      on.lr.push_back(1e-7 * std::exp(1.8e-5 * k));
      on.loss.push_back(20.0 + slope * k + noise(random));
    }
    EXPECT_EQ(suggest(on).size(), suggestion_rules().size());
  }
}

}  // namespace
}  // namespace onecycle
