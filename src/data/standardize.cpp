#include "onecycle/data/standardize.h"

#include <algorithm>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr double kWhite = 255.0;
constexpr std::string_view kInputs = "inputs";
constexpr std::string_view kTargets = "targets";

/// What a statistic of these is called in files of weights.
std::string name_of(std::string_view part, std::string_view statistic) {
  return cat(kStandardizePrefix, part, ".", statistic);
}

torch::Tensor in_precision_of(const torch::Tensor& statistic, const torch::Tensor& x) {
  return statistic.to(x.device(), x.is_floating_point() ? x.scalar_type() : torch::kFloat);
}

void list(NamedTensors& out, std::string_view part, const Standardizer& standardizer) {
  out.emplace_back(name_of(part, "mean"), standardizer.mean);
  out.emplace_back(name_of(part, "deviation"), standardizer.deviation);
}

torch::Tensor find(const NamedTensors& tensors, const std::string& name) {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return found == tensors.end() ? torch::Tensor() : found->second;
}

std::optional<Standardizer> read(const NamedTensors& tensors, std::string_view part) {
  Standardizer standardizer{.mean = find(tensors, name_of(part, "mean")),
                            .deviation = find(tensors, name_of(part, "deviation"))};
  const bool mean = standardizer.mean.defined();
  const bool deviation = standardizer.deviation.defined();
  require(mean == deviation, ErrorKind::checkpoint, "weights: expected the tensor '",
          name_of(part, mean ? "deviation" : "mean"), "', got none; the file is not whole");
  return mean ? std::optional(standardizer) : std::nullopt;
}

}  // namespace

Standardizer Standardizer::fit(const torch::Tensor& examples) {
  const torch::NoGradGuard no_grad;
  std::vector<std::int64_t> over{0};
  for (std::int64_t dimension = 2; dimension < examples.dim(); ++dimension) {
    over.push_back(dimension);
  }
  const torch::Tensor x = examples.to(torch::kDouble);
  auto [variance, mean] = at::var_mean(x, over, /*correction=*/at::Scalar(0), /*keepdim=*/true);
  // Not from the variance: that of a constant is not 0 after rounding.
  const torch::Tensor constant = x.amax(over, true).eq(x.amin(over, true));
  const torch::Tensor deviation = variance.sqrt().masked_fill(constant, 1.0);
  return {.mean = mean.squeeze(0), .deviation = deviation.squeeze(0)};
}

Standardizer Standardizer::of_bytes(const ChannelStatistics& statistics) {
  const auto channels = static_cast<std::int64_t>(statistics.mean.size());
  const auto of_channels = [&](const std::vector<double>& values) {
    return torch::tensor(values, torch::kDouble).mul(kWhite).view({channels, 1, 1});
  };
  return {.mean = of_channels(statistics.mean), .deviation = of_channels(statistics.deviation)};
}

std::optional<ChannelStatistics> channel_statistics_in(const NamedTensors& tensors) {
  const std::optional<Standardizer> inputs = read(tensors, kInputs);
  if (!inputs || inputs->mean.dim() != 3) {
    return std::nullopt;
  }
  const auto values = [](const torch::Tensor& statistic) {
    const torch::Tensor scaled = statistic.to(torch::kDouble).flatten().div(kWhite).contiguous();
    const auto* first = scaled.const_data_ptr<double>();
    return std::vector<double>(first, first + scaled.numel());
  };
  return ChannelStatistics{.mean = values(inputs->mean), .deviation = values(inputs->deviation)};
}

torch::Tensor Standardizer::apply(const torch::Tensor& x) const {
  return ((x - in_precision_of(mean, x)) / in_precision_of(deviation, x)).to(torch::kFloat);
}

torch::Tensor Standardizer::undo(const torch::Tensor& y) const {
  return y * in_precision_of(deviation, y) + in_precision_of(mean, y);
}

NamedTensors Standardization::tensors() const {
  NamedTensors all;
  list(all, kInputs, inputs);
  if (targets) {
    list(all, kTargets, *targets);
  }
  return all;
}

Standardization Standardization::from_tensors(const NamedTensors& tensors) {
  const std::optional<Standardizer> inputs = read(tensors, kInputs);
  require(inputs.has_value(), ErrorKind::checkpoint, "weights: expected the tensor '",
          name_of(kInputs, "mean"),
          "', got none; they were not saved together with their data's statistics");
  return {.inputs = *inputs, .targets = read(tensors, kTargets)};
}

}  // namespace onecycle
