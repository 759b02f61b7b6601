#include "onecycle/train/batch_norm.h"

#include <torch/nn/modules/batchnorm.h>
#include <torch/utils.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "onecycle/train/state.h"
#include "train/modes.h"

namespace onecycle {
namespace {

/// A layer with running statistics.
struct Layer {
  torch::nn::BatchNormOptions* options;
  std::function<void()> reset;
};

template <class Norm>
void add_if(torch::nn::Module& module, std::vector<Layer>& layers) {
  auto* norm = dynamic_cast<Norm*>(&module);
  if (norm == nullptr || !norm->running_mean.defined()) {
    return;
  }
  const auto known = std::any_of(layers.begin(), layers.end(), [&](const Layer& layer) {
    return layer.options == &norm->options;  // a module may be registered twice
  });
  if (!known) {
    layers.push_back({.options = &norm->options, .reset = [norm] { norm->reset_running_stats(); }});
  }
}

std::vector<Layer> layers_of(torch::nn::Module& module) {
  std::vector<Layer> layers;
  for (const auto& each : module.modules()) {
    add_if<torch::nn::BatchNorm1dImpl>(*each, layers);
    add_if<torch::nn::BatchNorm2dImpl>(*each, layers);
    add_if<torch::nn::BatchNorm3dImpl>(*each, layers);
  }
  return layers;
}

/// Does something at the end of a scope.
class AtEnd {
 public:
  explicit AtEnd(std::function<void()> act) : act_(std::move(act)) {}
  AtEnd(const AtEnd&) = delete;
  AtEnd& operator=(const AtEnd&) = delete;
  ~AtEnd() { act_(); }

 private:
  std::function<void()> act_;
};

}  // namespace

std::int64_t update_batch_norm(const Model& model, Loader& loader, c10::Device device) {
  const std::vector<Layer> layers = layers_of(*model.module);
  if (layers.empty()) {
    return 0;
  }
  const torch::NoGradGuard no_grad;
  const KeptModes modes(*model.module);
  const AtEnd cursor([&loader, before = loader.cursor()] { loader.seek(before); });
  const StateList generators = [&](StateArchive& archive) { list_generators(archive, device); };
  const AtEnd streams([&, before = save_state(generators)] { restore_state(generators, before); });
  std::vector<std::optional<double>> momenta;
  momenta.reserve(layers.size());
  for (const Layer& layer : layers) {
    momenta.push_back(layer.options->momentum());
  }
  const AtEnd momentum([&] {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      layers[i].options->momentum(momenta[i]);
    }
  });
  for (const Layer& layer : layers) {
    layer.options->momentum(std::nullopt);  // a plain mean over the batches
    layer.reset();
  }
  model.module->train();
  loader.start_epoch(0);
  while (const std::optional<Batch> batch = loader.next()) {
    (void)model.forward(batch->inputs.to(device));
  }
  return static_cast<std::int64_t>(layers.size());
}

}  // namespace onecycle
