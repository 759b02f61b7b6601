#include "model/residual.h"

#include <torch/nn/init.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/modulelist.h>

#include "model/channels_last.h"
#include "model/shape.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

using torch::nn::BatchNorm2d;
using torch::nn::Conv2d;

/// What passes a block by.
class Bypass {
 public:
  Bypass(torch::nn::Module& block, const BlockOptions& options)
      : extra_(options.features - options.inputs), stride_(options.stride) {
    if ((extra_ != 0 || stride_ != 1) && options.shortcut == Shortcut::project) {
      auto layers = block.register_module("downsample", torch::nn::ModuleList());
      projection_ = same_conv(options.inputs, options.features, 1, options.stride);
      norm_ = BatchNorm2d(options.features);
      layers->push_back(projection_);
      layers->push_back(norm_);
    }
  }

  torch::Tensor forward(const torch::Tensor& input) {
    if (projection_) {
      return norm_->forward(projection_->forward(input));
    }
    if (extra_ == 0 && stride_ == 1) {
      return input;
    }
    const auto pixels = input.slice(2, 0, std::nullopt, stride_).slice(3, 0, std::nullopt, stride_);
    return torch::constant_pad_nd(pixels, {0, 0, 0, 0, extra_ / 2, extra_ - extra_ / 2});
  }

 private:
  std::int64_t extra_;
  std::int64_t stride_;
  Conv2d projection_{nullptr};
  BatchNorm2d norm_{nullptr};
};

class BasicBlock final : public ResidualBlock {
 public:
  explicit BasicBlock(const BlockOptions& options)
      : conv1_(register_module("conv1",
                               same_conv(options.inputs, options.features, 3, options.stride))),
        bn1_(register_module("bn1", BatchNorm2d(options.features))),
        conv2_(register_module("conv2", same_conv(options.features, options.features, 3))),
        bn2_(register_module("bn2", BatchNorm2d(options.features))),
        bypass_(*this, options) {
    if (options.zero_gamma) {
      torch::nn::init::zeros_(bn2_->weight);
    }
  }

  torch::Tensor forward(const torch::Tensor& input) override {
    const auto x = bn1_->forward(conv1_->forward(input)).relu_();
    return bn2_->forward(conv2_->forward(x)).add_(bypass_.forward(input)).relu_();
  }

 private:
  Conv2d conv1_;
  BatchNorm2d bn1_;
  Conv2d conv2_;
  BatchNorm2d bn2_;
  Bypass bypass_;
};

class Bottleneck final : public ResidualBlock {
 public:
  explicit Bottleneck(const BlockOptions& options) : Bottleneck(options, options.features / 4) {}

  torch::Tensor forward(const torch::Tensor& input) override {
    auto x = bn1_->forward(conv1_->forward(input)).relu_();
    x = bn2_->forward(conv2_->forward(x)).relu_();
    return bn3_->forward(conv3_->forward(x)).add_(bypass_.forward(input)).relu_();
  }

 private:
  Bottleneck(const BlockOptions& options, std::int64_t inner)
      : conv1_(register_module("conv1", same_conv(options.inputs, inner, 1))),
        bn1_(register_module("bn1", BatchNorm2d(inner))),
        conv2_(register_module("conv2", same_conv(inner, inner, 3, options.stride))),
        bn2_(register_module("bn2", BatchNorm2d(inner))),
        conv3_(register_module("conv3", same_conv(inner, options.features, 1))),
        bn3_(register_module("bn3", BatchNorm2d(options.features))),
        bypass_(*this, options) {
    if (options.zero_gamma) {
      torch::nn::init::zeros_(bn3_->weight);
    }
  }

  Conv2d conv1_;
  BatchNorm2d bn1_;
  Conv2d conv2_;
  BatchNorm2d bn2_;
  Conv2d conv3_;
  BatchNorm2d bn3_;
  Bypass bypass_;
};

class WideBlock final : public ResidualBlock {
 public:
  explicit WideBlock(const BlockOptions& options)
      : bn1_(register_module("bn1", BatchNorm2d(options.inputs))),
        conv1_(register_module("conv1",
                               same_conv(options.inputs, options.features, 3, options.stride))),
        bn2_(register_module("bn2", BatchNorm2d(options.features))),
        conv2_(register_module("conv2", same_conv(options.features, options.features, 3))),
        dropout_(options.dropout) {
    if (options.inputs != options.features || options.stride != 1) {
      projection_ = register_module("downsample",
                                    same_conv(options.inputs, options.features, 1, options.stride));
    }
  }

  torch::Tensor forward(const torch::Tensor& input) override {
    const auto active = bn1_->forward(input).relu_();
    auto x = bn2_->forward(conv1_->forward(active)).relu_();
    if (dropout_ > 0.0) {
      x = torch::dropout(x, dropout_, is_training());
    }
    return conv2_->forward(x).add_(projection_ ? projection_->forward(active) : input);
  }

 private:
  BatchNorm2d bn1_;
  Conv2d conv1_;
  BatchNorm2d bn2_;
  Conv2d conv2_;
  Conv2d projection_{nullptr};
  double dropout_;
};

}  // namespace

Conv2d same_conv(std::int64_t inputs, std::int64_t features, std::int64_t kernel,
                 std::int64_t stride) {
  Conv2d conv(torch::nn::Conv2dOptions(inputs, features, kernel)
                  .stride(stride)
                  .padding(kernel / 2)
                  .bias(false));
  return conv;
}

std::shared_ptr<ResidualBlock> basic_block(const BlockOptions& options) {
  return std::make_shared<BasicBlock>(options);
}

std::shared_ptr<ResidualBlock> bottleneck(const BlockOptions& options) {
  return std::make_shared<Bottleneck>(options);
}

std::shared_ptr<ResidualBlock> wide_block(const BlockOptions& options) {
  return std::make_shared<WideBlock>(options);
}

std::vector<std::shared_ptr<ResidualBlock>> register_stage(
    torch::nn::Module& network, const std::string& name, std::int64_t count,
    std::shared_ptr<ResidualBlock> (*make)(const BlockOptions&), BlockOptions options) {
  std::vector<std::shared_ptr<ResidualBlock>> blocks;
  blocks.reserve(static_cast<std::size_t>(count));
  auto list = network.register_module(name, torch::nn::ModuleList());
  for (std::int64_t i = 0; i < count; ++i) {
    blocks.push_back(make(options));
    list->push_back(blocks.back());
    options.inputs = options.features;
    options.stride = 1;
  }
  return blocks;
}

void start_convolutions(torch::nn::Module& network) {
  for (auto& parameter : network.parameters()) {
    if (parameter.dim() == 4) {
      torch::nn::init::kaiming_normal_(parameter, 0.0, torch::kFanOut, torch::kReLU);
    }
  }
  use_channels_last(network);
}

void require_images(std::string_view model, const torch::Tensor& images, std::int64_t channels) {
  if (images.dim() != 4 || images.size(1) != channels) [[unlikely]] {
    fail(ErrorKind::usage, model, ": expected a batch of images with ", channels,
         channels == 1 ? " channel" : " channels", ", got a tensor of ",
         format_sizes(images.sizes().vec(), " x "), "; make the model for this data");
  }
}

void require_sizes(std::string_view model, std::int64_t channels, std::int64_t outputs) {
  require_positive(model, "channels", channels);
  require_positive(model, "outputs", outputs);
}

}  // namespace onecycle
