#include "onecycle/train/batch_norm.h"

#include <torch/utils.h>

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "model/running_norms.h"
#include "onecycle/train/state.h"
#include "train/modes.h"

namespace onecycle {
namespace {

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
  const auto layers = running_norms(*model.module);
  if (layers.empty()) {
    return 0;
  }
  const torch::NoGradGuard no_grad;
  const KeptModes modes(*model.module);
  const AtEnd cursor([&loader, before = loader.cursor()] { loader.seek(before); });
  const StateList generators = [&](StateArchive& archive) { list_generators(archive, device); };
  const AtEnd streams([&, before = save_state(generators)] { restore_state(generators, before); });
  const AtEnd statistics([&] {
    for (const auto& layer : layers) {
      layer->end();
    }
  });
  for (const auto& layer : layers) {
    layer->begin();
  }
  model.module->train();
  loader.start_epoch(0);
  while (const std::optional<Batch> batch = loader.next()) {
    (void)model.forward(batch->inputs.to(device));
    for (const auto& layer : layers) {
      layer->after_batch();
    }
  }
  return static_cast<std::int64_t>(layers.size());
}

}  // namespace onecycle
