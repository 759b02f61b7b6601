#include "onecycle/train/loss.h"

#include <ATen/ops/one_hot.h>
#include <gtest/gtest.h>

#include <cmath>

#include "onecycle/train/device.h"
#include "onecycle/train/recorder.h"
#include "support/message.h"

namespace onecycle {
namespace {

const torch::Tensor& logits() {
  static const torch::Tensor value = torch::tensor(
      {{3.0F, 2.0F, 1.0F}, {0.0F, 2.0F, 1.0F}, {5.0F, 4.0F, 6.0F}, {1.0F, 3.0F, 2.0F}});
  return value;
}
const torch::Tensor& classes() {
  static const torch::Tensor value = torch::tensor({0, 2, 2, 0});
  return value;
}

TEST(Metric, CountsWhatItSays) {
  EXPECT_EQ(accuracy().sum(logits(), classes()).item<double>(), 2.0);
  EXPECT_EQ(error_rate().sum(logits(), classes()).item<double>(), 2.0);
  EXPECT_EQ(top_k_accuracy(2).sum(logits(), classes()).item<double>(), 3.0);
  EXPECT_EQ(top_k_accuracy(5).sum(logits(), classes()).item<double>(), 4.0);
  EXPECT_EQ(top_k_accuracy(2).name, "top_2_accuracy");
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)top_k_accuracy(0); }),
            "top_k_accuracy: expected k >= 1, got 0");
}

TEST(Metric, ErrorsAreInTheUnitOfTheTarget) {
  const torch::Tensor output = torch::tensor({{1.0F}, {2.0F}});
  const torch::Tensor target = torch::tensor({{0.0F}, {4.0F}});
  EXPECT_EQ(mean_squared_error().sum(output, target).item<double>(), 5.0);
  EXPECT_EQ(mean_absolute_error().sum(output, target).item<double>(), 3.0);
  EXPECT_EQ(mean_squared_error(10.0).sum(output, target).item<double>(), 500.0);
  EXPECT_EQ(mean_absolute_error(10.0).sum(output, target).item<double>(), 30.0);
}

// [N, 1] against [N] broadcasts to [N, N] in PyTorch, silently.
TEST(Loss, OfAColumnAgainstAListComparesEachWithItsOwn) {
  const torch::Tensor output = torch::tensor({{1.0F}, {2.0F}});
  const torch::Tensor target = torch::tensor({0.0F, 4.0F});
  EXPECT_EQ(mean_squared_error_loss()(output, target).item<double>(), 2.5);
  EXPECT_EQ(mean_squared_error().sum(output, target).item<double>(), 5.0);
}

TEST(Loss, CrossEntropyIsTheMeanOfLogProbabilities) {
  const torch::Tensor even = torch::zeros({5, 4});
  EXPECT_NEAR(cross_entropy()(even, torch::zeros({5}, torch::kLong)).item<double>(), std::log(4.0),
              1e-6);
}

TEST(Loss, CrossEntropyTakesProbabilitiesAndSpreadsAPartOfThem) {
  torch::manual_seed(1);
  const torch::Tensor output = torch::randn({6, 4});
  const torch::Tensor target = torch::randint(4, {6}, torch::kLong);
  const torch::Tensor certain = at::one_hot(target, 4).to(torch::kFloat);
  EXPECT_TRUE(torch::allclose(cross_entropy()(output, certain), cross_entropy()(output, target)));
  const torch::Tensor spread = certain * 0.9 + 0.1 / 4;
  const torch::Tensor expected = -(spread * output.log_softmax(1)).sum(1).mean();
  EXPECT_TRUE(torch::allclose(cross_entropy(0.1)(output, target), expected));
}

TEST(Recorder, ReadsLossesInBulkAndInOrder) {
  onecycle::Run run;
  run.groups = {"all"};
  Recorder recorder(run);
  DebiasedAverage average;
  for (std::int64_t i = 0; i < 3000; ++i) {
    recorder.add({.iteration = i}, {{.lr = 0.1 * static_cast<double>(i)}},
                 torch::scalar_tensor(static_cast<double>(i), torch::kDouble));
  }
  recorder.flush();
  ASSERT_EQ(run.iterations.size(), 3000U);
  for (std::size_t i = 0; i < 3000; ++i) {
    ASSERT_EQ(run.iterations[i].loss, static_cast<double>(i));
    ASSERT_EQ(run.iterations[i].smoothed, average.add(static_cast<double>(i)));
    ASSERT_EQ(run.at(i, 0).lr, 0.1 * static_cast<double>(i));
  }
}

TEST(Device, IsReadFromText) {
  EXPECT_TRUE(parse_device("cpu").is_cpu());
  EXPECT_EQ(parse_device("auto").is_cuda(), torch::hasCUDA());
  for (const char* text : {"gpu", "cuda:", "cuda:-1", "cuda:x", ""}) {
    EXPECT_EQ(message_of(ErrorKind::usage, [&] { (void)parse_device(text, "--device"); }),
              cat("--device: expected auto, cpu, cuda or cuda:N, got '", text, "'"));
  }
  EXPECT_THAT(message_of(ErrorKind::usage, [] { (void)parse_device("cuda:99", "--device"); }),
              testing::HasSubstr("--device: expected a CUDA device that exists, got 'cuda:99'"));
}

}  // namespace
}  // namespace onecycle
