#include "onecycle/model/resnet.h"

#include <torch/nn/modules/batchnorm.h>

#include "model/channels_last.h"
#include "model/image_head.h"
#include "model/residual.h"
#include "model/shape.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

struct Stages {
  std::vector<std::int64_t> blocks;    ///< in each
  std::vector<std::int64_t> features;  ///< that each puts out
  std::shared_ptr<ResidualBlock> (*make)(const BlockOptions&);
  std::int64_t stem_features;
};

struct ResNetPlan {
  std::string name;
  Stages stages;
  Shortcut shortcut = Shortcut::project;
  Stem stem = Stem::photo;
  Head head = Head::plain;
  bool zero_gamma = false;
  std::int64_t channels = 3;
  std::int64_t outputs = 10;
};

class ResNet : public torch::nn::Module {
 public:
  explicit ResNet(const ResNetPlan& plan)
      : name_(plan.name), channels_(plan.channels), pool_(plan.stem == Stem::photo) {
    const auto& stages = plan.stages;
    conv1_ = register_module("conv1", pool_ ? same_conv(channels_, stages.stem_features, 7, 2)
                                            : same_conv(channels_, stages.stem_features, 3));
    bn1_ = register_module("bn1", torch::nn::BatchNorm2d(stages.stem_features));
    auto inputs = stages.stem_features;
    for (std::size_t i = 0; i < stages.blocks.size(); ++i) {
      const auto blocks = register_stage(*this, cat("layer", i + 1), stages.blocks[i], stages.make,
                                         {.inputs = inputs,
                                          .features = stages.features[i],
                                          .stride = i == 0 ? 1 : 2,
                                          .shortcut = plan.shortcut,
                                          .zero_gamma = plan.zero_gamma});
      blocks_.insert(blocks_.end(), blocks.begin(), blocks.end());
      inputs = stages.features[i];
    }
    head_ = register_head(*this, plan.head, inputs, plan.outputs);
    start_convolutions(*this);
  }

  torch::Tensor forward(const torch::Tensor& input) {
    require_images(name_, input, channels_);
    auto x = bn1_->forward(conv1_->forward(channels_last(input)));
    if (pool_) {
      // Before the ReLU, with which it commutes: a quarter of the values is left.
      x = torch::max_pool2d(x, 3, 2, 1);
    }
    x = x.relu_();
    for (auto& block : blocks_) {
      x = block->forward(x);
    }
    return head_(x);
  }

 private:
  std::string name_;
  std::int64_t channels_;
  bool pool_;
  torch::nn::Conv2d conv1_{nullptr};
  torch::nn::BatchNorm2d bn1_{nullptr};
  std::vector<std::shared_ptr<ResidualBlock>> blocks_;
  HeadFunction head_;
};

Stages stages_of(std::int64_t depth) {
  const std::vector<std::int64_t> narrow{64, 128, 256, 512};
  switch (depth) {
    case 18:
      return {{2, 2, 2, 2}, narrow, basic_block, 64};
    case 34:
      return {{3, 4, 6, 3}, narrow, basic_block, 64};
    case 50:
      return {{3, 4, 6, 3}, {256, 512, 1024, 2048}, bottleneck, 64};
    default:
      fail(ErrorKind::usage, "resnet: expected a depth of 18, 34 or 50, got ", depth);
  }
}

}  // namespace

Model resnet(const ResNetOptions& options) {
  const auto name = cat("resnet", options.depth);
  require_sizes(name, options.channels, options.outputs);
  auto network = std::make_shared<ResNet>(ResNetPlan{.name = name,
                                                     .stages = stages_of(options.depth),
                                                     .shortcut = Shortcut::project,
                                                     .stem = options.stem,
                                                     .head = options.head,
                                                     .zero_gamma = options.zero_gamma,
                                                     .channels = options.channels,
                                                     .outputs = options.outputs});
  return image_model(std::move(network), name, options,
                     {{"stem", {"conv1.", "bn1.", "layer1.", "layer2."}},
                      {"body", {"layer3.", "layer4."}},
                      {"head", {head_prefix(options.head)}}});
}

Model cifar_resnet(const CifarResNetOptions& options) {
  require(options.depth >= 8 && options.depth % 6 == 2, ErrorKind::usage,
          "cifar resnet: expected a depth of 6n + 2 such as 20, 32, 44, 56 or 110, got ",
          options.depth);
  const auto name = cat("resnet", options.depth);
  require_sizes(name, options.channels, options.outputs);
  const auto blocks = (options.depth - 2) / 6;
  auto network = std::make_shared<ResNet>(ResNetPlan{.name = name,
                                                     .stages = {.blocks = {blocks, blocks, blocks},
                                                                .features = {16, 32, 64},
                                                                .make = basic_block,
                                                                .stem_features = 16},
                                                     .shortcut = Shortcut::pad,
                                                     .stem = Stem::small,
                                                     .head = options.head,
                                                     .zero_gamma = options.zero_gamma,
                                                     .channels = options.channels,
                                                     .outputs = options.outputs});
  return image_model(std::move(network), name, options,
                     {{"stem", {"conv1.", "bn1.", "layer1."}},
                      {"body", {"layer2.", "layer3."}},
                      {"head", {head_prefix(options.head)}}});
}

}  // namespace onecycle
