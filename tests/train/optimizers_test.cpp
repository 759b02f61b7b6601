// The catalogue of optimizers and its notation.
#include "onecycle/train/optimizers.h"

#include <gtest/gtest.h>

#include "support/message.h"

namespace onecycle {
namespace {

TEST(Optimizers, SurviveTheirOwnNotation) {
  std::string names;
  for (const OptimizerInfo& optimizer : optimizers()) {
    names += optimizer.name + " ";
    const std::string text = text_of(optimizer.make({}));
    EXPECT_TRUE(text.starts_with(optimizer.name + "(")) << text;
    EXPECT_EQ(text_of(parse_optimizer(text)), text);
    EXPECT_EQ(text_of(parse_optimizer(optimizer.name)), text);
  }
  EXPECT_EQ(names, "sgd adam adamw rmsprop lars lamb ");
  EXPECT_EQ(text_of(Lars{.max_trust = 2.0}),
            "lars(momentum=0.9, nesterov=false, weight_decay=0, decoupled=false, trust=0.001, "
            "eps=1e-08, max_trust=2)");
}

TEST(Optimizers, DescribeEveryOption) {
  for (const OptimizerInfo& optimizer : optimizers()) {
    EXPECT_FALSE(optimizer.summary.empty());
    EXPECT_FALSE(optimizer.source.empty());
    for (const FieldInfo& field : optimizer.fields) {
      EXPECT_FALSE(field.default_value.empty()) << field.name;
      EXPECT_FALSE(field.range.empty()) << field.name;
      EXPECT_FALSE(field.unit.empty()) << field.name;
      EXPECT_FALSE(field.meaning.empty()) << field.name;
    }
  }
}

TEST(Optimizers, AreReadWithTheirOptions) {
  const auto rmsprop = std::get<RmsProp>(
      parse_optimizer("rmsprop(alpha=0.9, centered=true, order=before_division)"));
  EXPECT_EQ(rmsprop.alpha, 0.9);
  EXPECT_TRUE(rmsprop.centered);
  EXPECT_EQ(rmsprop.order, MomentumOrder::before_division);
  EXPECT_EQ(rmsprop.eps, 1e-8);
  EXPECT_EQ(std::get<Lamb>(parse_optimizer("lamb(max_trust=10)")).max_trust, 10.0);
  EXPECT_EQ(std::get<AdamW>(parse_optimizer("adamw")).weight_decay, 0.01);
}

TEST(Optimizers, RefuseWhatTheyDoNotKnow) {
  const auto refusal = [](std::string_view text) {
    return message_of(ErrorKind::usage, [&] { (void)parse_optimizer(text); });
  };
  EXPECT_EQ(refusal("adma"),
            "optimizer 'adma', column 1: unknown optimizer 'adma'; did you mean 'adam'?");
  EXPECT_EQ(refusal("lookahead"),
            "optimizer 'lookahead', column 1: unknown optimizer 'lookahead'; known: sgd, adam, "
            "adamw, rmsprop, lars, lamb");
  EXPECT_EQ(refusal("sgd(momentun=0.8)"),
            "optimizer 'sgd(momentun=0.8)', column 5: sgd: expected one of its options, got "
            "'momentun'; did you mean 'momentum'?");
  EXPECT_EQ(refusal("sgd(nesterov=true, dampening=0.5)"),
            "optimizer 'sgd(nesterov=true, dampening=0.5)', column 20: sgd: nesterov: expected "
            "dampening 0, got 0.5; set one of them");
  EXPECT_EQ(refusal("rmsprop(order=after)"),
            "optimizer 'rmsprop(order=after)', column 9: rmsprop: order: expected one of "
            "after_division, before_division, got 'after'");
  EXPECT_EQ(refusal("adam(0.9)"),
            "optimizer 'adam(0.9)', column 6: expected a share above 0% and up to 100%, or a whole "
            "number of iterations >= 1, got '0.9)'");
  EXPECT_EQ(refusal(""),
            "optimizer '', column 1: expected the name of an optimizer, got the end "
            "of the text");
}

TEST(Optimizers, LetMomentumAndWeightDecayBeSet) {
  for (const OptimizerInfo& optimizer : optimizers()) {
    OptimizerOptions options = optimizer.make({});
    set_momentum(options, 0.75);
    set_weight_decay(options, 0.125);
    EXPECT_EQ(momentum_of(options), 0.75) << optimizer.name;
    EXPECT_EQ(weight_decay_of(options), 0.125) << optimizer.name;
    const bool adam = optimizer.name.starts_with("ada") || optimizer.name == "lamb";
    EXPECT_NE(text_of(options).find(adam ? "beta1=0.75" : "momentum=0.75"), std::string::npos);
  }
}

TEST(Optimizers, KnowNothingOfTheOptionsOfOthers) {
  OptimizerOptions own = TorchOptimizer{};
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { set_momentum(own, 0.5); }),
            "momentum: expected an optimizer of the catalogue, got a TorchOptimizer; set it where "
            "that is made");
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { (void)weight_decay_of(own); }),
            "weight decay: expected an optimizer of the catalogue, got a TorchOptimizer; set it "
            "where that is made");
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { (void)text_of(own); }),
            "optimizer: expected one of the catalogue, got a TorchOptimizer, which has no "
            "notation");
}

}  // namespace
}  // namespace onecycle
