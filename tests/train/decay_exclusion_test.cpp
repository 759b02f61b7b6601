#include "onecycle/train/decay_exclusion.h"

#include <gtest/gtest.h>

#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

/// The parameters that decay.
std::string decaying(const DecayExclusion& exclusion) {
  const Model model = toy::model();
  const auto decays = decaying_parameters(model, exclusion);
  std::string names;
  for (std::size_t g = 0; g < decays.size(); ++g) {
    for (std::size_t i = 0; i < decays[g].size(); ++i) {
      names += decays[g][i] ? model.groups[g].parameters[i] + " " : "";
    }
  }
  return names;
}

TEST(DecayExclusion, LeavesOutBiasesAndNormalisationByDefault) {
  EXPECT_EQ(decaying({}), "body.weight head.weight ");
  EXPECT_EQ(decaying({.small = false}),
            "body.weight body.bias norm.weight norm.bias head.weight head.bias ");
}

TEST(DecayExclusion, LeavesOutNamesThatFitAPattern) {
  const auto without = [](const std::string& pattern) {
    return decaying({.small = false, .patterns = {pattern}});
  };
  EXPECT_EQ(without("*.weight"), "body.bias norm.bias head.bias ");
  EXPECT_EQ(without("?o*"), "head.weight head.bias ");
  EXPECT_EQ(without("head.bias"), "body.weight body.bias norm.weight norm.bias head.weight ");
  EXPECT_EQ(without("*o*.*i*h*"), "body.bias norm.bias head.weight head.bias ");
  EXPECT_EQ(without("*"), "");
  EXPECT_EQ(decaying({.patterns = {"head.*"}}), "body.weight ");
}

TEST(DecayExclusion, RefusesAPatternThatFitsNothing) {
  for (const std::string pattern : {"head", "*.embedding.weight", "head.bias?", "ead.*", ""}) {
    EXPECT_EQ(message_of(ErrorKind::usage, [&] { (void)decaying({.patterns = {pattern}}); }),
              "decay exclusion: expected patterns that fit a parameter's name, got '" + pattern +
                  "', which fits none of body.weight, body.bias, norm.weight, norm.bias, "
                  "head.weight, head.bias");
  }
}

TEST(DecayExclusion, SurvivesItsOwnText) {
  for (const std::string text :
       {"bias_norm", "none", "bias_norm,*.embedding.weight", "head.*,body.?ias"}) {
    EXPECT_EQ(DecayExclusion::parse(text, "--no-decay").text(), text);
  }
  EXPECT_EQ(DecayExclusion::parse(" head.* , bias_norm ", ""),
            (DecayExclusion{.small = true, .patterns = {"head.*"}}));
  EXPECT_EQ(DecayExclusion{}.text(), "bias_norm");
}

TEST(DecayExclusion, RefusesTextThatSaysNothing) {
  for (const std::string text : {"", "bias_norm,", "none,head.*"}) {
    EXPECT_EQ(
        message_of(ErrorKind::usage, [&] { (void)DecayExclusion::parse(text, "--no-decay"); }),
        "--no-decay: expected bias_norm, none, or names of parameters with commas between them, "
        "as in bias_norm,*.embedding.weight, got '" +
            text + "'");
  }
}

}  // namespace
}  // namespace onecycle
