// A TorchScript module as LibTorch's own modules are seen.
#pragma once

#include <torch/csrc/jit/api/module.h>
#include <torch/nn/module.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace onecycle {

/// It has the same tensors under the same names, and passes train and eval modes on.
class ScriptModule final : public torch::nn::Module {
 public:
  explicit ScriptModule(torch::jit::Module script);

  void train(bool on) override;
  torch::Tensor forward(const torch::Tensor& input);

  /// The attribute or constant `name` of Python's module; nothing if it has none, or None.
  [[nodiscard]] std::optional<double> number(const std::string& name) const;

 private:
  torch::jit::Module script_;
  std::vector<std::shared_ptr<ScriptModule>> children_;
};

}  // namespace onecycle
