// Layers that keep running statistics of their inputs, and how these are computed anew.
#pragma once

#include <torch/nn/module.h>

#include <memory>
#include <vector>

namespace onecycle {

/// A batch normalisation. Between `begin` and `end` its statistics become the plain mean over the
/// batches that pass in train mode of each batch's mean and unbiased variance.
class RunningNorm {
 public:
  RunningNorm() = default;
  RunningNorm(const RunningNorm&) = delete;
  RunningNorm& operator=(const RunningNorm&) = delete;
  virtual ~RunningNorm() = default;

  virtual void begin() = 0;
  virtual void after_batch() = 0;
  virtual void end() = 0;
};

/// Those of `module`, each once: LibTorch's, and Python's in a TorchScript module.
std::vector<std::unique_ptr<RunningNorm>> running_norms(torch::nn::Module& module);

}  // namespace onecycle
