#include "onecycle/data/split.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "onecycle/core/error.h"
#include "onecycle/core/random.h"

namespace onecycle {
namespace {

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
  const torch::Tensor targets = data.examples->targets().cpu().contiguous();
  const auto* first = targets.const_data_ptr<std::int64_t>();
  return {first, first + size};
}

}  // namespace

SplitIndices split_stratified(const std::vector<std::int64_t>& groups,
                              const SplitOptions& options) {
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
  const SplitIndices indices = split_stratified(groups_of(data), options);
  const Batch train = data.examples->get(index_tensor(indices.train));
  Standardization standardization{.inputs = Standardizer::fit(train.inputs), .targets = {}};
  if (data.task.kind == TaskKind::regression) {
    standardization.targets = Standardizer::fit(train.targets);
  }
  const auto prepare = [&](const Batch& part) {
    return std::make_shared<const TensorDataset>(
        standardization.inputs.apply(part.inputs),
        standardization.targets ? standardization.targets->apply(part.targets) : part.targets);
  };
  return {.train = prepare(train),
          .valid = indices.valid.empty() ? nullptr
                                         : prepare(data.examples->get(index_tensor(indices.valid))),
          .valid_indices = indices.valid,
          .standardization = standardization};
}

}  // namespace onecycle
