#include "onecycle/model/lenet.h"

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <algorithm>

#include "model/channels_last.h"
#include "model/shape.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr std::int64_t kStemFeatures = 32;
constexpr std::int64_t kBodyFeatures = 64;
constexpr std::int64_t kHidden = 128;
constexpr std::int64_t kLargestMap = 8;

// Pooling comes first: ReLU and max commute, and all that follows sees a quarter of the values.
class Stage : public torch::nn::Module {
 public:
  Stage(std::int64_t inputs, std::int64_t features)
      : conv_(register_module(
            "conv", torch::nn::Conv2d(
                        torch::nn::Conv2dOptions(inputs, features, 3).padding(1).bias(false)))),
        norm_(register_module("norm", torch::nn::BatchNorm2d(features))) {}

  torch::Tensor forward(const torch::Tensor& input) {
    return norm_->forward(torch::max_pool2d(conv_->forward(input), 2)).relu_();
  }

 private:
  torch::nn::Conv2d conv_;
  torch::nn::BatchNorm2d norm_;
};

class Lenet : public torch::nn::Module {
 public:
  explicit Lenet(const LenetOptions& options) : options_(options) {
    auto height = options.height / 2;
    auto width = options.width / 2;
    stages_.push_back(
        register_module("stem", std::make_shared<Stage>(options.channels, kStemFeatures)));
    auto body = register_module("body", torch::nn::ModuleList());
    do {
      const auto inputs = stages_.size() == 1 ? kStemFeatures : kBodyFeatures;
      stages_.push_back(std::make_shared<Stage>(inputs, kBodyFeatures));
      body->push_back(stages_.back());
      height /= 2;
      width /= 2;
    } while (std::max(height, width) > kLargestMap && std::min(height, width) >= 2);
    auto head = register_module("head", torch::nn::ModuleList());
    hidden_ = torch::nn::Linear(kBodyFeatures * height * width, kHidden);
    output_ = torch::nn::Linear(kHidden, options.outputs);
    head->push_back(hidden_);
    head->push_back(output_);
    use_channels_last(*this);
  }

  torch::Tensor forward(const torch::Tensor& input) {
    if (input.dim() != 4 || input.size(1) != options_.channels ||
        input.size(2) != options_.height || input.size(3) != options_.width) [[unlikely]] {
      fail(ErrorKind::usage, "lenet: expected a batch of ", options_.channels, " x ",
           options_.height, " x ", options_.width, " images, got a tensor of ",
           format_sizes(input.sizes().vec(), " x "), "; make the model for this data");
    }
    auto x = channels_last(input);
    for (auto& stage : stages_) {
      x = stage->forward(x);
    }
    return output_->forward(hidden_->forward(x.flatten(1)).relu_());
  }

 private:
  LenetOptions options_;
  std::vector<std::shared_ptr<Stage>> stages_;
  torch::nn::Linear hidden_{nullptr};
  torch::nn::Linear output_{nullptr};
};

}  // namespace

Model lenet(const LenetOptions& options) {
  require_positive("lenet", "channels", options.channels);
  require_positive("lenet", "outputs", options.outputs);
  require(std::min(options.height, options.width) >= kLenetMinimum, ErrorKind::usage,
          "lenet: expected images of at least ", kLenetMinimum, " x ", kLenetMinimum,
          " pixels, got ", options.height, " x ", options.width, "; use mlp or larger images");
  auto model = wrap_model(std::make_shared<Lenet>(options), "lenet");
  model.groups = split_by_children(*model.module);
  model.config = {{"model", "lenet"},
                  {"input_shape", format_sizes({options.channels, options.height, options.width})},
                  {"outputs", cat(options.outputs)}};
  return model;
}

}  // namespace onecycle
