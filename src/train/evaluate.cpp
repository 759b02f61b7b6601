// The parts of the learner that look at a model without training it.

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <torch/nn/module.h>
#include <torch/utils.h>

#include <algorithm>
#include <utility>

#include "onecycle/core/error.h"
#include "onecycle/train/learner.h"
#include "train/modes.h"

namespace onecycle {
Evaluation Learner::evaluate(Loader& loader, const EvaluateOptions& options) {
  const auto most = options.most_batches;
  require(!most || *most >= 1, ErrorKind::usage, "evaluate: expected at least 1 batch, got ",
          most.value_or(0));
  const auto& forward = options.forward ? options.forward : model_.forward;
  const KeptModes modes(*model_.module);
  model_.module->eval();
  const Autocast autocast(options_.precision, options_.device);
  // Not inference mode: a user's module may keep a tensor of this pass for its next training.
  const torch::NoGradGuard no_grad;
  // Sums stay on the device: one read at the end.
  const std::size_t count = options_.metrics.size();
  torch::Tensor sums = at::zeros({static_cast<std::int64_t>(count) + 1},
                                 torch::dtype(torch::kDouble).device(options_.device));
  Evaluation evaluation;
  loader.start_epoch(0);
  for (std::int64_t n = 0; !most || n < *most; ++n) {
    const std::optional<Batch> next = loader.next();
    if (!next) {
      break;
    }
    const auto [inputs, targets] = to_device(*next);
    const torch::Tensor output = forward(inputs);
    const std::int64_t examples = targets.size(0);
    sums[0].add_(options_.loss(output, targets).to(torch::kDouble), static_cast<double>(examples));
    for (std::size_t i = 0; i < count; ++i) {
      sums[static_cast<std::int64_t>(i) + 1].add_(options_.metrics[i].sum(output, targets));
    }
    evaluation.examples += examples;
  }
  require(evaluation.examples > 0, ErrorKind::usage,
          "validate: expected at least one example, got none");
  const torch::Tensor means = (sums / static_cast<double>(evaluation.examples)).to(torch::kCPU);
  const auto* mean = means.const_data_ptr<double>();
  evaluation.loss = mean[0];
  evaluation.metrics.assign(mean + 1, mean + 1 + count);
  return evaluation;
}

torch::Tensor Learner::predict(const Dataset& data, std::int64_t batch_size) {
  require(batch_size >= 1, ErrorKind::usage, "predict: expected a batch size >= 1, got ",
          batch_size);
  const KeptModes modes(*model_.module);
  model_.module->eval();
  const Autocast autocast(options_.precision, options_.device);
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> outputs;
  for (std::int64_t first = 0; first < data.size(); first += batch_size) {
    const auto indices = at::arange(first, std::min(data.size(), first + batch_size), torch::kLong);
    outputs.push_back(model_.forward(to_device(data.get(indices)).inputs).to(torch::kCPU));
  }
  require(!outputs.empty(), ErrorKind::usage, "predict: expected at least one example, got none");
  return at::cat(outputs);
}

}  // namespace onecycle
