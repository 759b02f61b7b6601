#include "onecycle/data/channel_statistics.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "support/message.h"

namespace onecycle {
namespace {

TEST(ChannelStatistics, AreThoseOfLibTorch) {
  torch::manual_seed(1);
  const torch::Tensor images = torch::randint(256, {150, 3, 5, 6}).to(torch::kByte);
  const TensorDataset data(images, torch::zeros({150}));
  const ChannelStatistics got = channel_statistics(data);
  const torch::Tensor values = images.to(torch::kDouble).div(255).transpose(0, 1).flatten(1);
  for (std::int64_t c = 0; c < 3; ++c) {
    const auto i = static_cast<std::size_t>(c);
    EXPECT_NEAR(got.mean[i], values[c].mean().item<double>(), 1e-12);
    EXPECT_NEAR(got.deviation[i], values[c].std(false).item<double>(), 1e-12);
  }
}

TEST(ChannelStatistics, TakeASampleEvenly) {
  const torch::Tensor images = torch::arange(100).view({100, 1, 1, 1}).to(torch::kByte);
  const TensorDataset data(images, torch::zeros({100}));
  EXPECT_DOUBLE_EQ(channel_statistics(data, 4).mean[0], (0 + 25 + 50 + 75) / 4.0 / 255);
}

TEST(ChannelStatistics, OfOneValueOnlyHaveDeviationOne) {
  const TensorDataset data(torch::full({4, 2, 3, 3}, 51, torch::kByte), torch::zeros({4}));
  EXPECT_EQ(channel_statistics(data),
            (ChannelStatistics{.mean = {0.2, 0.2}, .deviation = {1.0, 1.0}}));
}

TEST(ChannelStatistics, RefuseWhatIsNoImage) {
  const TensorDataset data(torch::zeros({4, 2}), torch::zeros({4}));
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { (void)channel_statistics(data); }),
            "channel statistics: expected images, uint8 [n, channels, height, width] on the CPU, "
            "got Float with 2 dimensions on cpu");
}

}  // namespace
}  // namespace onecycle
