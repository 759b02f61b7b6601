// A small task and small models for tests of training.
#pragma once

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <memory>
#include <string>

#include "onecycle/data/dataset.h"
#include "onecycle/data/loader.h"
#include "onecycle/model/model.h"
#include "onecycle/train/learner.h"

namespace onecycle::toy {

/// Linear, batch norm, ReLU, dropout, linear: every kind of state that a network has.
struct NetImpl : torch::nn::Module {
  explicit NetImpl(bool without_extras = false) : plain(without_extras) {
    body = register_module("body", torch::nn::Linear(6, 12));
    if (!plain) {
      norm = register_module("norm", torch::nn::BatchNorm1d(12));
      drop = register_module("drop", torch::nn::Dropout(0.2));
    }
    head = register_module("head", torch::nn::Linear(12, 3));
  }
  torch::Tensor forward(const torch::Tensor& x) {
    torch::Tensor hidden = body->forward(x);
    hidden = plain ? torch::tanh(hidden) : drop->forward(torch::relu(norm->forward(hidden)));
    return head->forward(hidden);
  }
  bool plain;
  torch::nn::Linear body{nullptr}, head{nullptr};
  torch::nn::BatchNorm1d norm{nullptr};
  torch::nn::Dropout drop{nullptr};
};

/// 90 examples of 3 classes that a linear model nearly separates.
inline std::shared_ptr<TensorDataset> data(std::int64_t examples = 90,
                                           c10::ScalarType type = torch::kFloat) {
  const torch::Tensor classes = torch::arange(examples) % 3;
  auto generator = at::make_generator<at::CPUGeneratorImpl>(7);
  const torch::Tensor noise = torch::randn({examples, 6}, generator, torch::dtype(type));
  const torch::Tensor inputs = noise + 2.0 * torch::one_hot(classes, 6).to(type);
  return std::make_shared<TensorDataset>(inputs, classes);
}

/// The net in two groups. The same seed gives the same weights.
inline Model model(bool plain = false, std::uint64_t seed = 3) {
  torch::manual_seed(seed);
  Model made = wrap_model(std::make_shared<NetImpl>(plain), "toy");
  made.groups =
      plain ? split_by_children(*made.module)
            : split_by_prefix(*made.module, {{"body", {"body", "norm"}}, {"head", {"head"}}});
  return made;
}

inline Loader train_loader(std::int64_t batch_size = 16) {
  return Loader(data(), {.batch_size = batch_size, .seed = 5});
}

inline Loader valid_loader() { return Loader(data(30), {.batch_size = 30, .shuffle = false}); }

inline std::string state_hash(Learner& learner) {
  return save_state([&](StateArchive& archive) { learner.state(archive); }, Copy::alias).sha256();
}

}  // namespace onecycle::toy
