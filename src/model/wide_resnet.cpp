#include <torch/nn/modules/batchnorm.h>

#include "model/channels_last.h"
#include "model/image_head.h"
#include "model/residual.h"
#include "onecycle/core/error.h"
#include "onecycle/model/resnet.h"

namespace onecycle {
namespace {

constexpr std::int64_t kStages = 3;
constexpr std::int64_t kStemWidth = 16;
constexpr std::int64_t kDeepestNet = 1000;
constexpr std::int64_t kWidest = 100;

class WideResNet : public torch::nn::Module {
 public:
  WideResNet(std::string name, const WideResNetOptions& options)
      : name_(std::move(name)), channels_(options.channels) {
    conv1_ = register_module("conv1", same_conv(channels_, kStemWidth, 3));
    auto inputs = kStemWidth;
    for (std::int64_t stage = 0; stage < kStages; ++stage) {
      const auto features = kStemWidth * options.width << stage;
      const auto blocks =
          register_stage(*this, cat("layer", stage + 1), (options.depth - 4) / 6, wide_block,
                         {.inputs = inputs,
                          .features = features,
                          .stride = stage == 0 ? 1 : 2,
                          .dropout = options.dropout});
      blocks_.insert(blocks_.end(), blocks.begin(), blocks.end());
      inputs = features;
    }
    bn1_ = register_module("bn1", torch::nn::BatchNorm2d(inputs));
    head_ = register_head(*this, options.head, inputs, options.outputs);
    start_convolutions(*this);
  }

  torch::Tensor forward(const torch::Tensor& input) {
    require_images(name_, input, channels_);
    auto x = conv1_->forward(channels_last(input));
    for (auto& block : blocks_) {
      x = block->forward(x);
    }
    return head_(bn1_->forward(x).relu_());
  }

 private:
  std::string name_;
  std::int64_t channels_;
  torch::nn::Conv2d conv1_{nullptr};
  torch::nn::BatchNorm2d bn1_{nullptr};
  std::vector<std::shared_ptr<ResidualBlock>> blocks_;
  HeadFunction head_;
};

}  // namespace

Model wide_resnet(const WideResNetOptions& options) {
  require(options.depth >= 10 && options.depth <= kDeepestNet && options.depth % 6 == 4,
          ErrorKind::usage, "wrn: expected a depth of 6n + 4 such as 16, 22, 28 or 40, got ",
          options.depth);
  require(options.width >= 1 && options.width <= kWidest, ErrorKind::usage,
          "wrn: expected a width of 1 to ", kWidest, ", got ", options.width);
  const auto name = cat("wrn-", options.depth, "-", options.width);
  require_sizes(name, options.channels, options.outputs);
  (void)detail::checked(options);
  return image_model(std::make_shared<WideResNet>(name, options), name, options,
                     {{"stem", {"conv1.", "layer1."}},
                      {"body", {"layer2.", "layer3.", "bn1."}},
                      {"head", {head_prefix(options.head)}}});
}

}  // namespace onecycle
