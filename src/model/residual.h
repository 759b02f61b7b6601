// Residual blocks, with torchvision's names, and what else the residual networks share.
#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>
#include <torch/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/model/model.h"
#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// A convolution without bias that keeps the size of the map, divided by the stride.
torch::nn::Conv2d same_conv(std::int64_t inputs, std::int64_t features, std::int64_t kernel,
                            std::int64_t stride = 1);

class ResidualBlock : public torch::nn::Module {
 public:
  virtual torch::Tensor forward(const torch::Tensor& input) = 0;
};

/// How the input of a block passes it by where size or features change.
enum class Shortcut {
  project,  ///< a 1x1 convolution and batch norm (option B)
  pad       ///< every other pixel, zeros for new features (option A)
};

struct BlockOptions {
  std::int64_t inputs = 0;
  std::int64_t features = 0;  ///< of its output
  std::int64_t stride = 1;
  Shortcut shortcut = Shortcut::project;
  bool zero_gamma = false;
  double dropout = 0.0;  ///< of a wide block
};

/// Two 3x3 convolutions.
std::shared_ptr<ResidualBlock> basic_block(const BlockOptions& options);
/// 1x1 to a quarter of the features, 3x3 with the stride, 1x1.
std::shared_ptr<ResidualBlock> bottleneck(const BlockOptions& options);
/// Two 3x3 convolutions, each after its norm and ReLU.
std::shared_ptr<ResidualBlock> wide_block(const BlockOptions& options);

/// `count` blocks of a kind one after another, registered as `name`: the first changes features and
/// size.
std::vector<std::shared_ptr<ResidualBlock>> register_stage(
    torch::nn::Module& network, const std::string& name, std::int64_t count,
    std::shared_ptr<ResidualBlock> (*make)(const BlockOptions&), BlockOptions options);

/// Starts all convolutions as He et al. (1502.01852) propose, by what they put out, and lays them
/// out channels-last.
void start_convolutions(torch::nn::Module& network);

/// Throws a usage error unless `images` is a batch of images with so many channels.
void require_images(std::string_view model, const torch::Tensor& images, std::int64_t channels);

/// Throws a usage error for a number of channels or outputs under 1.
void require_sizes(std::string_view model, std::int64_t channels, std::int64_t outputs);

/// The network as a model with its groups, and in its configuration `name`, what `options` say of
/// their fields and the outputs.
template <class Network, class Options>
Model image_model(std::shared_ptr<Network> network, const std::string& name, const Options& options,
                  const GroupPrefixes& groups) {
  auto model = wrap_model(std::move(network), name);
  model.groups = split_by_prefix(*model.module, groups);
  model.config = {{"model", name}, {"outputs", cat(options.outputs)}};
  for (const auto& setting : detail::settings_of(options)) {
    model.config[setting.name] = setting.value;
  }
  return model;
}

}  // namespace onecycle
