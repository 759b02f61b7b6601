#include "onecycle/data/split.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "onecycle/core/error.h"
#include "onecycle/core/random.h"

namespace onecycle {
namespace {

constexpr double kValid = 0.2;
constexpr double kWhite = 255.0;
constexpr std::int64_t kMeasuredImages = 2000;
constexpr std::size_t kMeasuredAtOnce = 64;

struct Stratum {
  std::vector<std::int64_t> members;
  std::size_t valid = 0;   // how many of them are put aside
  double remainder = 0.0;  // of its exact share over `valid`

  [[nodiscard]] bool can_give() const { return valid + 1 < members.size(); }
};

/// Says how many each stratum gives: the whole part of its share, and the largest remainders one
/// more until the total is right.
void share_out(std::vector<Stratum>& strata, double fraction) {
  std::size_t examples = 0;
  std::size_t given = 0;
  std::vector<Stratum*> by_remainder;
  for (auto& stratum : strata) {
    const double share = static_cast<double>(stratum.members.size()) * fraction;
    stratum.valid = std::min(static_cast<std::size_t>(share), stratum.members.size() - 1);
    stratum.remainder = share - static_cast<double>(stratum.valid);
    examples += stratum.members.size();
    given += stratum.valid;
    by_remainder.push_back(&stratum);
  }
  const auto total =
      static_cast<std::size_t>(std::max(1.0, std::round(static_cast<double>(examples) * fraction)));
  std::stable_sort(by_remainder.begin(), by_remainder.end(),
                   [](const auto* a, const auto* b) { return a->remainder > b->remainder; });
  for (auto* stratum : by_remainder) {
    if (given < total && stratum->can_give()) {
      ++stratum->valid;
      ++given;
    }
  }
}

torch::Tensor index_tensor(const std::vector<std::int64_t>& indices) {
  return torch::tensor(indices, torch::kLong);
}

std::vector<std::int64_t> groups_of(const LoadedData& data) {
  const auto size = static_cast<std::size_t>(data.examples->size());
  if (data.task.kind == TaskKind::regression) {
    return std::vector<std::int64_t>(size, 0);
  }
  const torch::Tensor targets = data.targets.cpu().contiguous();
  const auto* first = targets.const_data_ptr<std::int64_t>();
  return {first, first + size};
}

/// As the data set says, or as `options` do.
SplitIndices indices_of(const LoadedData& data, const SplitOptions& options) {
  if (!data.parts) {
    return split_stratified(groups_of(data), {.valid = options.valid.value_or(kValid), .seed = options.seed});
  }
  require(!options.valid, ErrorKind::usage, "valid: expected none for '", data.name,
          "', which has a validation part of its own, got ", options.valid.value_or(0.0),
          "; leave it out");
  return *data.parts;
}

SplitData split_numbers(const LoadedData& data, const SplitIndices& indices) {
  const Batch train = data.examples->get(indices.train);
  SplitData split{.valid_indices = indices.valid,
                  .standardization = {.inputs = Standardizer::fit(train.inputs), .targets = {}}};
  const Standardization& statistics = split.standardization;
  if (data.task.kind == TaskKind::regression) {
    split.standardization.targets = Standardizer::fit(train.targets);
  }
  const auto prepare = [&](const Batch& part) {
    return std::make_shared<const TensorDataset>(
        statistics.inputs.apply(part.inputs),
        statistics.targets ? statistics.targets->apply(part.targets) : part.targets);
  };
  split.train = prepare(train);
  split.train_plain = split.train;
  if (!indices.valid.empty()) {
    const auto valid = prepare(data.examples->get(index_tensor(indices.valid)));
    split.valid_targets = valid->targets();
    split.valid = valid;
  }
  return split;
}

/// Of images drawn by `seed`, a few at a time: they need not fit into memory.
ImageStatistics measure_statistics(const Dataset& images, std::uint64_t seed) {
  Random random(stream_seed(seed, "statistics"));
  std::vector<std::int64_t> order = random_permutation(images.size(), random);
  order.resize(static_cast<std::size_t>(std::min(images.size(), kMeasuredImages)));
  torch::Tensor sum;
  torch::Tensor squares;
  std::int64_t pixels = 0;
  for (std::size_t first = 0; first < order.size(); first += kMeasuredAtOnce) {
    const auto end = std::min(order.size(), first + kMeasuredAtOnce);
    const auto begin = order.begin() + static_cast<std::ptrdiff_t>(first);
    const torch::Tensor x =
        images.get(index_tensor({begin, order.begin() + static_cast<std::ptrdiff_t>(end)}))
            .inputs.to(torch::kDouble);
    pixels += x.numel() / x.size(1);
    sum = first == 0 ? x.sum({0, 2, 3}) : sum + x.sum({0, 2, 3});
    squares = first == 0 ? x.square().sum({0, 2, 3}) : squares + x.square().sum({0, 2, 3});
  }
  const auto count = static_cast<double>(pixels);
  const torch::Tensor mean = sum / count;
  const torch::Tensor deviation = (squares / count - mean.square()).clamp_min(0.0).sqrt();
  ImageStatistics statistics;
  for (std::int64_t c = 0; c < mean.size(0); ++c) {
    const auto deviation_here = deviation[c].item<double>();
    statistics.mean.push_back(mean[c].item<double>() / kWhite);
    // Less than a hundredth of a shade is rounding: the channel is constant, and only centred.
    statistics.deviation.push_back(deviation_here < 0.01 ? 1.0 : deviation_here / kWhite);
  }
  return statistics;
}

SplitData split_images(const LoadedData& data, const SplitIndices& indices,
                       const SplitOptions& options) {
  const auto images = std::make_shared<CachedDataset>(data.examples, options.images.cache);
  const auto train =
      std::make_shared<SubsetDataset>(images, indices.train);
  const ImageStatistics statistics =
      options.images.normalize
          ? *options.images.normalize
          : measure_statistics(*train, options.seed);
  const auto plain = [&](std::shared_ptr<const Dataset> part) {
    return std::make_shared<PreparedDataset>(std::move(part), normalize(statistics));
  };
  SplitData split{.train = train,
                  .transform = augment(options.images.augment, statistics, data.task.outputs()),
                  .train_plain = plain(train),
                  .valid_indices = indices.valid,
                  .standardization = standardization_of(statistics)};
  if (!indices.valid.empty()) {
    const torch::Tensor where = index_tensor(indices.valid);
    split.valid = plain(std::make_shared<SubsetDataset>(images, indices.valid));
    split.valid_targets = data.targets.index_select(0, where);
  }
  return split;
}

}  // namespace

SplitIndices split_stratified(const std::vector<std::int64_t>& groups,
                              const StratifyOptions& options) {
  require(options.valid >= 0.0 && options.valid < 1.0, ErrorKind::usage,
          "valid: expected a fraction in [0, 1), got ", options.valid);
  std::map<std::int64_t, Stratum> by_group;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    by_group[groups[i]].members.push_back(static_cast<std::int64_t>(i));
  }
  std::vector<Stratum> strata;
  strata.reserve(by_group.size());
  for (auto& [group, stratum] : by_group) {
    strata.push_back(std::move(stratum));
  }
  if (options.valid > 0.0) {
    share_out(strata, options.valid);
  }
  SplitIndices split;
  Random random(stream_seed(options.seed, "split"));
  for (const auto& stratum : strata) {
    const auto order =
        random_permutation(static_cast<std::int64_t>(stratum.members.size()), random);
    for (std::size_t i = 0; i < order.size(); ++i) {
      (i < stratum.valid ? split.valid : split.train)
          .push_back(stratum.members[static_cast<std::size_t>(order[i])]);
    }
  }
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.valid.begin(), split.valid.end());
  return split;
}

SplitData split_data(const LoadedData& data, const SplitOptions& options) {
  const SplitIndices indices = indices_of(data, options);
  return data.images ? split_images(data, indices, options) : split_numbers(data, indices);
}

}  // namespace onecycle
