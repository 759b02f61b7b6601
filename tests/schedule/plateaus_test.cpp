// What holds for everything that is driven by losses, and its notation.
#include "onecycle/schedule/plateaus.h"

#include <gtest/gtest.h>

#include "onecycle/schedule/catalogue.h"
#include "support/message.h"

namespace onecycle {
namespace {

TEST(Plateaus, SurviveTheirOwnNotation) {
  for (const PlateauInfo& plateau : plateaus()) {
    const std::string text = text_of(plateau.make({}));
    EXPECT_TRUE(text.starts_with(plateau.name + "(")) << text;
    EXPECT_EQ(text_of(parse_plateau(text)), text);
    EXPECT_EQ(text_of(parse_plateau(plateau.name)), text);
  }
}

TEST(Plateaus, DescribeEveryOption) {
  for (const PlateauInfo& plateau : plateaus()) {
    EXPECT_FALSE(plateau.summary.empty());
    EXPECT_FALSE(plateau.source.empty());
    for (const FieldInfo& field : plateau.fields) {
      EXPECT_FALSE(field.default_value.empty()) << field.name;
      EXPECT_FALSE(field.range.empty()) << field.name;
      EXPECT_FALSE(field.unit.empty()) << field.name;
      EXPECT_FALSE(field.meaning.empty()) << field.name;
    }
  }
}

TEST(Plateaus, AreReadWithTheirOptions) {
  const auto options = std::get<ReduceOnPlateauOptions>(parse_plateau(
      " reduce_on_plateau( metric = accuracy, mode=max, patience=3, min_lr=1e-5/0.001 ) "));
  EXPECT_EQ(options.metric, "accuracy");
  EXPECT_EQ(options.mode, PlateauMode::max);
  EXPECT_EQ(options.patience, 3);
  EXPECT_EQ(options.min_lr.for_groups(2), (std::vector<double>{1e-5, 1e-3}));
  EXPECT_EQ(options.factor, 0.1);
  const auto statistical = std::get<StatisticalPlateauOptions>(
      parse_plateau("statistical(iterations_without_progress=100)"));
  EXPECT_EQ(statistical.iterations_without_progress, 100);
}

TEST(Plateaus, RefuseWhatTheyDoNotKnow) {
  const auto refusal = [](std::string_view text) {
    return message_of(ErrorKind::usage, [&] { (void)parse_plateau(text); });
  };
  EXPECT_EQ(refusal("reduce_on_platau"),
            "plateau 'reduce_on_platau', column 1: unknown plateau 'reduce_on_platau'; did you "
            "mean 'reduce_on_plateau'?");
  EXPECT_EQ(
      refusal(" statistical(facter=1)"),
      "plateau ' statistical(facter=1)', column 14: statistical: expected one of its options, "
      "got 'facter'; did you mean 'factor'?");
  EXPECT_THAT(refusal("reduce_on_plateau(min_lr=-1)"),
              testing::HasSubstr("min_lr: expected a number >= 0, or one a group: 1e-05/0.0001, "
                                 "got '-1'"));
  EXPECT_EQ(refusal("statistical then cosine"),
            "plateau 'statistical then cosine', column 13: expected the end, got 'then cosine'");
  EXPECT_EQ(refusal(""),
            "plateau '', column 1: expected the name of a plateau, got the end of the text");
}

TEST(Plateaus, ARangeIsCheckedWhereTheTextIsRead) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)parse_plateau("statistical(factor=2)"); }),
            "plateau 'statistical(factor=2)', column 13: statistical: factor: expected a number in "
            "[0, 1), got 2");
}

TEST(Plateaus, AreNoPolicies) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)find_policy("statistical"); }),
            "unknown policy 'statistical'; it is a plateau, driven by losses, and multiplies a "
            "policy: fit --plateau");
}

}  // namespace
}  // namespace onecycle
