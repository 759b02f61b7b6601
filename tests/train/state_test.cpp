#include "onecycle/train/state.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>
#include <limits>

#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

struct Thing {
  torch::Tensor weight = torch::arange(6, torch::kDouble).reshape({2, 3});
  torch::Tensor gradient;
  std::int64_t count = 4;
  double rate = 0.1;
  bool on = true;

  StateList list() {
    return [this](StateArchive& archive) {
      archive.tensor("weight", weight);
      archive.optional_tensor("gradient", gradient);
      archive.integer("count", count);
      archive.real("rate", rate);
      archive.flag("on", on);
    };
  }
};

TEST(TrainState, ComesBackBitForBit) {
  Thing thing;
  thing.rate = std::nextafter(0.1, 1.0);
  const TrainState before = save_state(thing.list());
  const torch::Tensor alias = thing.weight;
  thing.weight.add_(1.0);
  thing.gradient = torch::ones({2});
  thing.count = -1;
  thing.rate = std::numeric_limits<double>::quiet_NaN();
  thing.on = false;
  restore_state(thing.list(), before);
  EXPECT_TRUE(torch::equal(thing.weight, torch::arange(6, torch::kDouble).reshape({2, 3})));
  EXPECT_TRUE(alias.is_same(thing.weight)) << "others that hold the weight must see it restored";
  EXPECT_FALSE(thing.gradient.defined());
  EXPECT_EQ(thing.count, 4);
  EXPECT_EQ(thing.rate, std::nextafter(0.1, 1.0));
  EXPECT_TRUE(thing.on);
  EXPECT_EQ(save_state(thing.list()).sha256(), before.sha256());
}

TEST(TrainState, BringsBackATensorThatHasVanished) {
  Thing thing;
  thing.gradient = torch::ones({2});
  const TrainState before = save_state(thing.list());
  thing.gradient = torch::Tensor();
  restore_state(thing.list(), before);
  EXPECT_TRUE(torch::equal(thing.gradient, torch::ones({2})));
}

TEST(TrainState, ADeepCopyDoesNotFollowTheOriginal) {
  Thing thing;
  const TrainState deep = save_state(thing.list(), Copy::deep);
  const TrainState alias = save_state(thing.list(), Copy::alias);
  thing.weight.add_(1.0);
  EXPECT_NE(deep.sha256(), alias.sha256());
  EXPECT_EQ(deep.bytes(), 6 * 8);
}

TEST(TrainState, HashSeesASingleBit) {
  Thing thing;
  const std::string before = save_state(thing.list()).sha256();
  EXPECT_EQ(before.size(), 64U);
  auto* first = static_cast<unsigned char*>(thing.weight.data_ptr());
  *first ^= 1U;
  EXPECT_NE(save_state(thing.list()).sha256(), before);
  *first ^= 1U;
  EXPECT_EQ(save_state(thing.list()).sha256(), before);
  thing.weight = thing.weight.reshape({3, 2});
  EXPECT_NE(save_state(thing.list()).sha256(), before) << "the shape counts, too";
}

TEST(TrainState, RefusesAnotherShapeAndChangesNothing) {
  Thing thing;
  TrainState state = save_state(thing.list());
  state.tensors[0].second = torch::zeros({2, 2}, torch::kDouble);
  thing.count = 9;
  const std::string before = save_state(thing.list()).sha256();
  EXPECT_EQ(message_of(ErrorKind::checkpoint, [&] { restore_state(thing.list(), state); }),
            "state: expected 'weight' as Double [2, 3], got Double [2, 2]");
  EXPECT_EQ(save_state(thing.list()).sha256(), before);
}

TEST(TrainState, RefusesWhatIsMissingOrTooMuch) {
  Thing thing;
  TrainState state = save_state(thing.list());
  TrainState less = state;
  less.values.pop_back();
  EXPECT_EQ(message_of(ErrorKind::checkpoint, [&] { restore_state(thing.list(), less); }),
            "state: expected the value 'on', got none");
  TrainState none = state;
  none.tensors.clear();
  EXPECT_EQ(message_of(ErrorKind::checkpoint, [&] { restore_state(thing.list(), none); }),
            "state: expected the tensor 'weight', got none");
  TrainState more = state;
  more.values.emplace_back("else", "1");
  EXPECT_THAT(message_of(ErrorKind::checkpoint, [&] { restore_state(thing.list(), more); }),
              testing::HasSubstr("state: expected 4 tensors and values, got 5"));
  state.values[0].second = "many";
  EXPECT_EQ(message_of(ErrorKind::checkpoint, [&] { restore_state(thing.list(), state); }),
            "state: 'count': expected a value of its type, got 'many'");
}

TEST(TrainState, OfAModuleHasModesGradientsAndBuffers) {
  const Model model = toy::model();
  const StateList list = [&](StateArchive& archive) { list_module(archive, *model.module); };
  auto& net = dynamic_cast<toy::NetImpl&>(*model.module);
  net.norm->eval();  // frozen, while the rest trains
  net.body->weight.set_requires_grad(false);
  const TrainState before = save_state(list);
  net.train();
  net.body->weight.set_requires_grad(true);
  model.forward(torch::ones({4, 6})).sum().backward();
  EXPECT_NE(save_state(list).sha256(), before.sha256());
  restore_state(list, before);
  EXPECT_FALSE(net.norm->is_training());
  EXPECT_TRUE(net.drop->is_training());
  EXPECT_FALSE(net.body->weight.requires_grad());
  EXPECT_FALSE(net.head->weight.grad().defined());
  EXPECT_EQ(net.norm->num_batches_tracked.item<std::int64_t>(), 0);
  EXPECT_EQ(save_state(list).sha256(), before.sha256());
}

TEST(TrainState, OfGeneratorsRepeatsTheSameNumbers) {
  const StateList list = [](StateArchive& archive) { list_generators(archive, torch::kCPU); };
  const TrainState before = save_state(list);
  const torch::Tensor first = torch::randn({5});
  restore_state(list, before);
  EXPECT_TRUE(torch::equal(torch::randn({5}), first));
}

}  // namespace
}  // namespace onecycle
