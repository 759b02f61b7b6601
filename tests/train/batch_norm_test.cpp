#include "onecycle/train/batch_norm.h"

#include <gtest/gtest.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>

#include <stdexcept>

#include "support/message.h"
#include "train/kept.h"

namespace onecycle {
namespace {

Loader in_order() {
  return Loader(toy::data(90, torch::kDouble), {.batch_size = 16, .shuffle = false});
}

struct NormalizedNet {
  Model model = kept::model();
  toy::NetImpl& net = dynamic_cast<toy::NetImpl&>(*model.module);
  Loader loader = in_order();

  /// Generators and modes: all that a pass might leave behind.
  [[nodiscard]] std::string surroundings() {
    return save_state([&](StateArchive& archive) {
             list_generators(archive, torch::kCPU);
             for (auto& module : net.named_modules()) {
               bool training = module.value()->is_training();
               archive.flag("training." + module.key(), training);
             }
             loader.state(archive);
           })
        .sha256();
  }
};

TEST(UpdateBatchNorm, IsThePlainMeanOverTheBatches) {
  NormalizedNet f;
  torch::Tensor mean = torch::zeros(12, torch::kDouble);
  torch::Tensor variance = torch::zeros(12, torch::kDouble);
  const torch::NoGradGuard no_grad;
  for (f.loader.start_epoch(0); const auto batch = f.loader.next();) {
    const torch::Tensor hidden = f.net.body->forward(batch->inputs);  // the last batch: 10 rows
    mean += hidden.mean(0) / 6.0;
    variance += hidden.var(0, /*unbiased=*/true) / 6.0;
  }
  EXPECT_EQ(update_batch_norm(f.model, f.loader, torch::kCPU), 1);
  EXPECT_TRUE(torch::allclose(f.net.norm->running_mean, mean, 0.0, 1e-12));
  EXPECT_TRUE(torch::allclose(f.net.norm->running_var, variance, 0.0, 1e-12));
  EXPECT_EQ(f.net.norm->num_batches_tracked.item<std::int64_t>(), 6);
}

TEST(UpdateBatchNorm, ForgetsWhatWasBefore) {
  NormalizedNet f;
  update_batch_norm(f.model, f.loader, torch::kCPU);
  const std::string once = weights_sha256(f.model);
  f.net.norm->running_mean.fill_(1e9);
  update_batch_norm(f.model, f.loader, torch::kCPU);
  EXPECT_EQ(weights_sha256(f.model), once);
}

TEST(UpdateBatchNorm, PutsEverythingElseBack) {
  NormalizedNet f;
  f.net.eval();
  f.net.drop->train();
  f.net.norm->options.momentum(0.3);
  f.loader.seek({.epoch = 3, .batch = 2});
  const std::string before = f.surroundings();
  update_batch_norm(f.model, f.loader, torch::kCPU);
  EXPECT_EQ(f.surroundings(), before);
  EXPECT_EQ(f.net.norm->options.momentum(), 0.3);
  EXPECT_FALSE(f.net.body->weight.grad().defined());
}

TEST(UpdateBatchNorm, PutsEverythingElseBackAfterAnException) {
  NormalizedNet f;
  f.net.eval();
  f.model.forward = [&](const torch::Tensor& x) -> torch::Tensor {
    (void)f.net.forward(x);
    throw std::runtime_error("mine");
  };
  const std::string before = f.surroundings();
  EXPECT_THROW(update_batch_norm(f.model, f.loader, torch::kCPU), std::runtime_error);
  EXPECT_EQ(f.surroundings(), before);
  EXPECT_EQ(f.net.norm->options.momentum(), 0.1);
}

TEST(UpdateBatchNorm, WithoutBatchNormThereIsNoPass) {
  Model model = toy::model(/*plain=*/true);
  model.forward = [](const torch::Tensor&) -> torch::Tensor { throw std::runtime_error("pass"); };
  Loader loader = in_order();
  EXPECT_EQ(update_batch_norm(model, loader, torch::kCPU), 0);
}

TEST(UpdateBatchNorm, CountsEachLayerOnceAndLeavesOutThoseWithoutStatistics) {
  torch::nn::BatchNorm2d twice(4);
  torch::nn::Sequential net(
      torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 4, 3)), twice, twice,
      torch::nn::BatchNorm2d(torch::nn::BatchNormOptions(4).track_running_stats(false)));
  const auto images = torch::randn({40, 1, 6, 6});
  Loader loader(std::make_shared<TensorDataset>(images, torch::zeros(40, torch::kLong)),
                {.batch_size = 10, .shuffle = false});
  const Model model = wrap_model(net);
  EXPECT_EQ(update_batch_norm(model, loader, torch::kCPU), 1);
  EXPECT_EQ(twice->num_batches_tracked.item<std::int64_t>(), 8) << "it sees each batch twice";
}

}  // namespace
}  // namespace onecycle
