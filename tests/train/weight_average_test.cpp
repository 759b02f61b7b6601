#include "onecycle/train/weight_average.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "support/message.h"
#include "train/kept.h"

namespace onecycle {
namespace {

/// A net in float64 whose weights move at random; its batch norm counts.
struct Walk {
  Model model = kept::model();
  toy::NetImpl& net = dynamic_cast<toy::NetImpl&>(*model.module);
  std::size_t parameters = net.parameters().size();
  std::vector<NamedTensors> seen = {};

  void move() {
    const torch::NoGradGuard no_grad;
    for (auto& [name, tensor] : named_tensors(net)) {
      if (tensor.is_floating_point()) {
        tensor.add_(torch::randn_like(tensor));
      }
    }
    net.norm->num_batches_tracked += 1;
    seen.push_back(kept::copy_of(model));
  }
};

/// decay avg + (1 - decay) w, in the order of the walk.
NamedTensors exponential(const Walk& walk, const std::function<double(double n)>& decay,
                         std::size_t averaged) {
  NamedTensors average = walk.seen.front();
  for (std::size_t k = 1; k < walk.seen.size(); ++k) {
    const double d = decay(static_cast<double>(k));
    for (std::size_t i = 0; i < average.size(); ++i) {
      const torch::Tensor& now = walk.seen[k][i].second;
      average[i].second = i < averaged ? average[i].second * d + now * (1.0 - d) : now;
    }
  }
  return average;
}

TEST(WeightAverage, OfEqualWeightsIsThePlainMean) {
  Walk walk;
  WeightAverage average(walk.net);
  EXPECT_TRUE(average.weights().empty());
  for (int i = 0; i < 50; ++i) {
    walk.move();
    average.update();
    kept::expect_near(average.weights(), kept::mean_of(walk.seen, walk.parameters), kept::kExact);
  }
  EXPECT_EQ(average.count(), 50);
}

TEST(WeightAverage, TheFirstUpdateCopies) {
  Walk walk;
  WeightAverage average(walk.net, {.decay = 0.9, .warmup = true});
  walk.move();
  average.update();
  const NamedTensors first = walk.seen.front();
  walk.move();  // the copy does not move along
  EXPECT_EQ(kept::hash_of({average.weights()}), kept::hash_of({first}));
}

TEST(WeightAverage, ExponentialForgetsByItsDecay) {
  Walk walk;
  WeightAverage average(walk.net, {.decay = 0.9});
  for (int i = 0; i < 30; ++i) {
    walk.move();
    average.update();
  }
  kept::expect_near(average.weights(),
                    exponential(
                        walk, [](double) { return 0.9; }, walk.parameters),
                    kept::kExact);
}

TEST(WeightAverage, WarmUpRaisesTheDecayFromTwoElevenths) {
  Walk walk;
  WeightAverage average(walk.net, {.decay = 0.7, .warmup = true});
  for (int i = 0; i < 40; ++i) {
    walk.move();
    average.update();
  }
  const auto decay = [](double n) { return n < 20.0 ? (1.0 + n) / (10.0 + n) : 0.7; };
  EXPECT_DOUBLE_EQ(decay(1.0), 2.0 / 11.0);
  EXPECT_DOUBLE_EQ((1.0 + 20.0) / (10.0 + 20.0), 0.7) << "the warm-up ends here";
  kept::expect_near(average.weights(), exponential(walk, decay, walk.parameters), kept::kExact);
}

TEST(WeightAverage, CanAverageBuffersToo) {
  Walk walk;
  WeightAverage average(walk.net, {.decay = 0.8, .average_buffers = true});
  for (int i = 0; i < 30; ++i) {
    walk.move();
    average.update();
  }
  NamedTensors expected = exponential(
      walk, [](double) { return 0.8; }, walk.seen.front().size() - 1);
  ASSERT_EQ(expected.back().first, "norm.num_batches_tracked");
  expected.back().second = average.weights().back().second;  // see the next test
  kept::expect_near(average.weights(), expected, kept::kExact);
}

/// The counter of batches in an average over the iterations from `from` to 59.
std::int64_t counter(const WeightAverageOptions& options, int from) {
  Walk walk;
  WeightAverage average(walk.net, options);
  for (int i = 0; i < 60; ++i) {
    walk.move();
    if (i >= from) {
      average.update();
    }
  }
  return average.weights().back().second.item<std::int64_t>();
}

TEST(WeightAverage, CutsIntegersAsPyTorchDoes) {
  // Recorded from torch.optim.swa_utils.AveragedModel: tests/golden/train_averaging.json.
  EXPECT_EQ(counter({.average_buffers = true}, 50), 51);
  EXPECT_EQ(counter({.decay = 0.9, .average_buffers = true}, 0), 50);
  EXPECT_EQ(counter({.decay = 0.9}, 0), 60);
  EXPECT_EQ(counter({}, 30), 60);
}

TEST(WeightAverage, GoesOnFromItsStateBitForBit) {
  for (const WeightAverageOptions& options :
       {WeightAverageOptions{}, WeightAverageOptions{.decay = 0.95, .warmup = true}}) {
    for (const int before : {0, 7}) {
      Walk walk;
      WeightAverage average(walk.net, options);
      WeightAverage restored(walk.net, options);
      walk.move();
      restored.update();  // has to be forgotten
      for (int i = 0; i < before; ++i) {
        walk.move();
        average.update();
      }
      const auto list = [](WeightAverage& each) {
        return [&](StateArchive& archive) { each.state(archive, "ema."); };
      };
      restore_state(list(restored), save_state(list(average)));
      EXPECT_EQ(restored.count(), before);
      for (int i = 0; i < 5; ++i) {
        walk.move();
        average.update();
        restored.update();
      }
      EXPECT_EQ(kept::hash_of({restored.weights()}), kept::hash_of({average.weights()}));
    }
  }
}

TEST(WeightAverage, RefusesWhatIsOutOfRange) {
  const Walk walk;
  const auto refusal = [&](const WeightAverageOptions& options) {
    return message_of(ErrorKind::usage, [&] { WeightAverage(walk.net, options); });
  };
  EXPECT_EQ(refusal({.decay = 1.0}), "weight average: decay: expected a number in [0, 1), got 1");
  EXPECT_EQ(refusal({.warmup = true}),
            "weight average: warmup: expected a decay to warm up, got none; give one");
}

TEST(WeightAverage, RefusesTheStateOfAnotherModel) {
  Walk walk;
  WeightAverage average(walk.net);
  const StateList list = [&](StateArchive& archive) { average.state(archive, ""); };
  walk.move();
  average.update();
  TrainState state = save_state(list);
  state.tensors.front().second = torch::zeros({2, 2}, torch::kDouble);
  EXPECT_EQ(message_of(ErrorKind::checkpoint, [&] { restore_state(list, state); }),
            "state: expected 'weights.body.weight' to be like the model's, got another shape or "
            "type; it belongs to another model");
}

}  // namespace
}  // namespace onecycle
