// Train and eval modes of all modules of a model, put back at the end of a scope.
#pragma once

#include <torch/nn/module.h>

#include <memory>
#include <utility>
#include <vector>

namespace onecycle {

class KeptModes {
 public:
  explicit KeptModes(torch::nn::Module& module) {
    for (auto& each : module.modules()) {
      before_.emplace_back(each, each->is_training());
    }
  }
  KeptModes(const KeptModes&) = delete;
  KeptModes& operator=(const KeptModes&) = delete;
  ~KeptModes() {
    // Parents come before their children, which then have their own say.
    for (auto& [module, training] : before_) {
      module->train(training);
    }
  }

 private:
  std::vector<std::pair<std::shared_ptr<torch::nn::Module>, bool>> before_;
};

}  // namespace onecycle
