#include "onecycle/train/weight_average.h"

#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/_foreach_lerp.h>
#include <torch/nn/module.h>
#include <torch/utils.h>

#include <algorithm>
#include <vector>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

/// Pairs of an averaged tensor and the model's.
struct Pairs {
  std::vector<torch::Tensor> averages;
  std::vector<torch::Tensor> weights;

  void add(const torch::Tensor& average, const torch::Tensor& weight) {
    averages.push_back(average);
    weights.push_back(weight);
  }
};

}  // namespace

WeightCopy::WeightCopy(const torch::nn::Module& module)
    : source_(named_tensors(module)), parameters_(module.named_parameters().size()) {}

void WeightCopy::take() {
  const torch::NoGradGuard no_grad;
  if (tensors_.empty()) {
    for (const auto& [name, tensor] : source_) {
      tensors_.emplace_back(name, tensor.detach().clone());
    }
    return;
  }
  Pairs pairs;
  for (std::size_t i = 0; i < source_.size(); ++i) {
    pairs.add(tensors_[i].second, source_[i].second);
  }
  at::_foreach_copy_(pairs.averages, pairs.weights);
}

void WeightCopy::state(StateArchive& archive, const std::string& prefix) {
  // All names, whatever there is: a look ahead at whether a state fits does not change what is.
  NamedTensors listed = source_;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    auto& [name, tensor] = listed[i];
    tensor = tensors_.empty() ? torch::Tensor() : tensors_[i].second;
    archive.optional_tensor(cat(prefix, name), tensor);
    if (tensor.defined()) {
      const torch::Tensor& own = source_[i].second;
      require(tensor.sizes() == own.sizes() && tensor.scalar_type() == own.scalar_type(),
              ErrorKind::checkpoint, "state: expected '", prefix, name,
              "' to be like the model's, got another shape or type; it belongs to another model");
      tensor = tensor.to(own.device());  // a state from a file is on the CPU
    }
  }
  const bool complete = std::all_of(listed.begin(), listed.end(),
                                    [](const auto& each) { return each.second.defined(); });
  tensors_ = complete ? std::move(listed) : NamedTensors();
}

WeightAverage::WeightAverage(const torch::nn::Module& module, WeightAverageOptions options)
    : options_(options), average_(module) {
  require(!options_.decay || (*options_.decay >= 0.0 && *options_.decay < 1.0), ErrorKind::usage,
          "weight average: decay: expected a number in [0, 1), got ", options_.decay.value_or(0.0));
  require(options_.decay || !options_.warmup, ErrorKind::usage,
          "weight average: warmup: expected a decay to warm up, got none; give one");
}

void WeightAverage::clear() {
  average_.clear();
  count_ = 0;
}

void WeightAverage::update() {
  const auto n = static_cast<double>(count_++);
  if (n == 0.0) {
    average_.take();
    return;
  }
  const torch::NoGradGuard no_grad;
  const double decay = options_.warmup ? std::min(*options_.decay, (1.0 + n) / (10.0 + n))
                                       : options_.decay.value_or(0.0);
  const double share = options_.decay ? 1.0 - decay : 1.0 / (n + 1.0);
  Pairs averaged;
  Pairs copied;
  for (std::size_t i = 0; i < average_.source().size(); ++i) {
    const torch::Tensor& average = average_.tensors()[i].second;
    const torch::Tensor& weight = average_.source()[i].second;
    const bool counts = i < average_.parameters() || options_.average_buffers;
    if (!counts || average.scalar_type() == torch::kBool) {
      copied.add(average, weight);
    } else if (average.is_floating_point() || average.is_complex()) {
      averaged.add(average, weight);
    } else {
      // As PyTorch: in its default floating type, then cut to an integer.
      average.copy_(options_.decay ? average * decay + weight * share
                                   : average + (weight - average) / (n + 1.0));
    }
  }
  if (!averaged.averages.empty()) {
    at::_foreach_lerp_(averaged.averages, averaged.weights, share);
  }
  if (!copied.averages.empty()) {
    at::_foreach_copy_(copied.averages, copied.weights);
  }
}

void WeightAverage::state(StateArchive& archive, const std::string& prefix) {
  archive.integer(cat(prefix, "count"), count_);
  average_.state(archive, cat(prefix, "weights."));
  require(count_ >= 0 && (count_ == 0) == average_.empty(), ErrorKind::checkpoint,
          "state: expected ", count_, " models in an average, got ", average_.empty() ? "no " : "",
          "weights");
}

}  // namespace onecycle
