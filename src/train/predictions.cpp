#include "onecycle/train/predictions.h"

#include <ATen/ops/argsort.h>
#include <ATen/ops/softmax.h>

#include <algorithm>

#include "onecycle/core/error.h"

namespace onecycle {

PredictionsRecord classify_mistakes(const torch::Tensor& outputs, const torch::Tensor& targets,
                                    std::vector<std::string> classes, std::int64_t worst) {
  const auto count = static_cast<std::int64_t>(classes.size());
  require(outputs.dim() == 2 && outputs.size(1) == count && targets.dim() == 1 &&
              targets.size(0) == outputs.size(0),
          ErrorKind::usage, "mistakes: expected outputs [n, ", count, "] and targets [n], got ",
          outputs.dim(), " and ", targets.dim(), " dimensions of ", outputs.size(0), " and ",
          targets.size(0), " examples");
  const torch::Tensor probabilities = at::softmax(outputs.to(torch::kCPU, torch::kDouble), 1);
  const torch::Tensor truth = targets.to(torch::kCPU, torch::kLong);
  const torch::Tensor predicted = probabilities.argmax(1);
  const torch::Tensor of_truth = probabilities.gather(1, truth.unsqueeze(1)).squeeze(1);
  const torch::Tensor order = at::argsort(of_truth, /*stable=*/true, /*dim=*/0);
  PredictionsRecord record;
  record.classes = std::move(classes);
  record.confusion.assign(static_cast<std::size_t>(count * count), 0);
  for (std::int64_t i = 0; i < order.size(0); ++i) {
    const auto example = order[i].item<std::int64_t>();
    const auto target = truth[example].item<std::int64_t>();
    const auto answer = predicted[example].item<std::int64_t>();
    ++record.confusion[static_cast<std::size_t>(target * count + answer)];
    if (target != answer && std::cmp_less(record.worst.size(), worst)) {
      record.worst.push_back({.example = example,
                              .target = target,
                              .predicted = answer,
                              .probability = probabilities[example][answer].item<double>(),
                              .target_probability = of_truth[example].item<double>()});
    }
  }
  return record;
}

Picture picture_of(const torch::Tensor& image) {
  require(image.dim() == 3 && image.numel() > 0, ErrorKind::usage,
          "picture: expected an image [channels, height, width], got ", image.dim(), " dimensions");
  constexpr std::int64_t kLargest = 64;
  const std::int64_t step = (std::max(image.size(1), image.size(2)) + kLargest - 1) / kLargest;
  torch::Tensor small = image.to(torch::kCPU, torch::kDouble)
                            .slice(1, 0, std::nullopt, step)
                            .slice(2, 0, std::nullopt, step);
  small = small.size(0) < 3 ? small.narrow(0, 0, 1).expand({3, -1, -1}) : small.narrow(0, 0, 3);
  const auto low = small.min();
  const auto range = (small.max() - low).clamp_min(1e-12);
  const torch::Tensor bytes =
      ((small - low) / range * 255.0).round().to(torch::kByte).permute({1, 2, 0}).contiguous();
  const auto* const first = bytes.const_data_ptr<std::uint8_t>();
  return {.width = bytes.size(1),
          .height = bytes.size(0),
          .rgb = std::vector<std::uint8_t>(first, first + bytes.numel())};
}

}  // namespace onecycle
