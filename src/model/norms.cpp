#include "model/norms.h"

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/instancenorm.h>
#include <torch/nn/modules/normalization.h>

#include <algorithm>
#include <array>

namespace onecycle {
namespace {

namespace nn = torch::nn;

/// What modules of a script are called (`script_model`): by their class in Python.
constexpr std::array<std::string_view, 7> kScriptNorms = {
    "BatchNorm1d",    "BatchNorm2d",    "BatchNorm3d", "InstanceNorm1d",
    "InstanceNorm2d", "InstanceNorm3d", "LayerNorm"};

template <class... Kinds>
bool is_any(const nn::Module& module) {
  return (... || (dynamic_cast<const Kinds*>(&module) != nullptr));
}

}  // namespace

bool is_norm(const nn::Module& module) {
  return is_any<nn::BatchNorm1dImpl, nn::BatchNorm2dImpl, nn::BatchNorm3dImpl,
                nn::InstanceNorm1dImpl, nn::InstanceNorm2dImpl, nn::InstanceNorm3dImpl,
                nn::LayerNormImpl>(module) ||
         std::find(kScriptNorms.begin(), kScriptNorms.end(), module.name()) != kScriptNorms.end();
}

}  // namespace onecycle
