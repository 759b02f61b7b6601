#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/linear.h>

#include <algorithm>

#include "model/channels_last.h"
#include "model/image_head.h"
#include "model/residual.h"
#include "model/shape.h"
#include "onecycle/core/error.h"
#include "onecycle/model/resnet.h"

namespace onecycle {
namespace {

constexpr std::int64_t kSmallestImage = 8;  // three poolings leave one pixel of it
constexpr double kLogitScale = 0.125;

/// Convolution, batch norm, ReLU, and after that where asked 2x2 max-pooling.
class ConvUnit : public torch::nn::Module {
 public:
  ConvUnit(std::int64_t inputs, std::int64_t features, bool pool = false)
      : conv_(register_module("conv", same_conv(inputs, features, 3))),
        bn_(register_module("bn", torch::nn::BatchNorm2d(features))),
        pool_(pool) {}

  virtual torch::Tensor forward(const torch::Tensor& input) {
    const auto x = bn_->forward(conv_->forward(input));
    // ReLU and max commute: after the pooling it sees a quarter of the values.
    return (pool_ ? torch::max_pool2d(x, 2) : x).relu_();
  }

 private:
  torch::nn::Conv2d conv_;
  torch::nn::BatchNorm2d bn_;
  bool pool_;
};

class ResidualUnit final : public ConvUnit {
 public:
  ResidualUnit(std::int64_t inputs, std::int64_t features)
      : ConvUnit(inputs, features, true),
        res1_(register_module("res1", std::make_shared<ConvUnit>(features, features))),
        res2_(register_module("res2", std::make_shared<ConvUnit>(features, features))) {}

  torch::Tensor forward(const torch::Tensor& input) override {
    const auto x = ConvUnit::forward(input);
    return x + res2_->forward(res1_->forward(x));
  }

 private:
  std::shared_ptr<ConvUnit> res1_;
  std::shared_ptr<ConvUnit> res2_;
};

class ResNet9 : public torch::nn::Module {
 public:
  explicit ResNet9(const ResNet9Options& options)
      : channels_(options.channels),
        prep_(register_module("prep", std::make_shared<ConvUnit>(options.channels, 64))),
        layer1_(register_module("layer1", std::make_shared<ResidualUnit>(64, 128))),
        layer2_(register_module("layer2", std::make_shared<ConvUnit>(128, 256, true))),
        layer3_(register_module("layer3", std::make_shared<ResidualUnit>(256, 512))) {
    if (options.head == Head::plain) {
      auto linear = register_module(
          "fc", torch::nn::Linear(torch::nn::LinearOptions(512, options.outputs).bias(false)));
      head_ = [linear](const torch::Tensor& maps) mutable {
        // Not amax, whose gradient is shared between equal values: the zeros of ReLU often are.
        return linear->forward(std::get<0>(torch::adaptive_max_pool2d(maps, {1, 1})).flatten(1))
            .mul_(kLogitScale);
      };
    } else {
      head_ = register_head(*this, options.head, 512, options.outputs);
    }
    start_convolutions(*this);
  }

  torch::Tensor forward(const torch::Tensor& input) {
    require_images("resnet9", input, channels_);
    require(std::min(input.size(2), input.size(3)) >= kSmallestImage, ErrorKind::usage,
            "resnet9: expected images of at least ", kSmallestImage, " x ", kSmallestImage,
            " pixels, got ", input.size(2), " x ", input.size(3), "; use lenet or larger images");
    const auto x = layer1_->forward(prep_->forward(channels_last(input)));
    return head_(layer3_->forward(layer2_->forward(x)));
  }

 private:
  std::int64_t channels_;
  std::shared_ptr<ConvUnit> prep_;
  std::shared_ptr<ResidualUnit> layer1_;
  std::shared_ptr<ConvUnit> layer2_;
  std::shared_ptr<ResidualUnit> layer3_;
  HeadFunction head_;
};

}  // namespace

Model resnet9(const ResNet9Options& options) {
  require_sizes("resnet9", options.channels, options.outputs);
  return image_model(std::make_shared<ResNet9>(options), "resnet9", options,
                     {{"stem", {"prep.", "layer1."}},
                      {"body", {"layer2.", "layer3."}},
                      {"head", {head_prefix(options.head)}}});
}

}  // namespace onecycle
