#include "model/script_module.h"

#include <torch/csrc/jit/runtime/graph_executor.h>

#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

/// The name of its class in Python.
std::string class_of(const torch::jit::Module& script) {
  const auto name = script.type()->name();
  return name ? name->name() : "script";
}

}  // namespace

ScriptModule::ScriptModule(torch::jit::Module script)
    : Module(class_of(script)), script_(std::move(script)) {
  for (const auto& item : script_.named_parameters(/*recurse=*/false)) {
    register_parameter(item.name, item.value, item.value.is_floating_point());
  }
  for (const auto& item : script_.named_buffers(/*recurse=*/false)) {
    register_buffer(item.name, item.value);
  }
  for (const auto& item : script_.named_children()) {
    children_.push_back(register_module(item.name, std::make_shared<ScriptModule>(item.value)));
  }
  torch::nn::Module::train(script_.is_training());
}

void ScriptModule::train(bool on) {
  torch::nn::Module::train(on);
  if (script_.hasattr("training")) {
    script_.setattr("training", on);
  }
}

torch::Tensor ScriptModule::forward(const torch::Tensor& input) {
  // Profiling runs, and what is compiled after them, need not give the same bits.
  const torch::jit::GraphOptimizerEnabledGuard plain(false);
  const auto output = script_.forward({input});
  require(output.isTensor(), ErrorKind::usage, "script: expected a module that returns one ",
          "tensor, got ", output.tagKind(), "; return the scores alone");
  return output.toTensor();
}

std::optional<double> ScriptModule::number(const std::string& name) const {
  const auto type = script_.type();
  torch::jit::IValue value;
  if (script_.hasattr(name)) {
    value = script_.attr(name);
  } else if (const auto slot = type->findConstantSlot(name)) {
    value = type->getConstant(*slot);
  }
  return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
}

}  // namespace onecycle
