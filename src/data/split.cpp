#include "onecycle/data/split.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "onecycle/core/error.h"
#include "onecycle/core/random.h"
#include "onecycle/data/subset.h"

namespace onecycle {
namespace {

constexpr double kValid = 0.2;
constexpr std::int64_t kMeasuredImages = 2000;

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

SplitData split_numbers(const LoadedData& data, const SplitIndices& indices) {
  const Batch train = data.examples->get(index_tensor(indices.train));
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

/// In memory they are fast enough.
std::shared_ptr<const Dataset> cached(const LoadedData& data, const CacheOptions& options) {
  const bool in_memory = dynamic_cast<const TensorDataset*>(data.examples.get()) != nullptr;
  return in_memory ? data.examples : std::make_shared<CachedDataset>(data.examples, options);
}

SplitData split_images(const LoadedData& data, const SplitIndices& indices,
                       const ImagePreparation& options) {
  const std::shared_ptr<const Dataset> images = cached(data, options.cache);
  const auto train = std::make_shared<SubsetDataset>(images, indices.train);
  AugmentOptions augmentation = options.augment;
  augmentation.classes = data.task.outputs();
  augmentation.statistics =
      options.normalize ? *options.normalize : channel_statistics(*train, kMeasuredImages);
  const auto plain = [&](std::shared_ptr<const Dataset> part) {
    return std::make_shared<PreparedDataset>(std::move(part),
                                             normalize_images(augmentation.statistics));
  };
  SplitData split{.train = train,
                  .transform = augment(augmentation),
                  .train_plain = plain(train),
                  .valid_indices = indices.valid,
                  .standardization = {.inputs = Standardizer::of_bytes(*augmentation.statistics)}};
  if (!indices.valid.empty()) {
    split.valid = plain(std::make_shared<SubsetDataset>(images, indices.valid));
    split.valid_targets = data.targets.index_select(0, index_tensor(indices.valid));
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

SplitIndices split_indices(const LoadedData& data, const SplitOptions& options) {
  if (!data.parts) {
    return split_stratified(groups_of(data),
                            {.valid = options.valid.value_or(kValid), .seed = options.seed});
  }
  require(!options.valid, ErrorKind::usage, "valid: expected none for '", data.name,
          "', which has a validation part of its own, got ", options.valid.value_or(0.0),
          "; leave it out");
  return *data.parts;
}

SplitData split_data(const LoadedData& data, const SplitOptions& options) {
  const SplitIndices indices = split_indices(data, options);
  return data.images ? split_images(data, indices, options.images) : split_numbers(data, indices);
}

}  // namespace onecycle
