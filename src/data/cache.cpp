#include "onecycle/data/cache.h"

#include <numeric>
#include <utility>
#include <vector>

#include "data/example_form.h"
#include "data/example_store.h"
#include "onecycle/core/error.h"
#include "onecycle/core/memory.h"

namespace onecycle {
namespace {

std::int64_t limit_of(const CacheOptions& options) {
  constexpr std::int64_t kPart = 4;
  const std::int64_t limit = options.limit.value_or(available_memory().value_or(0) / kPart);
  require(limit >= 0, ErrorKind::usage, "cache: expected a limit of at least 0 bytes, got ", limit);
  return limit;
}

}  // namespace

CachedDataset::CachedDataset(std::shared_ptr<const Dataset> data, const CacheOptions& options)
    : data_(std::move(data)) {
  require(data_ != nullptr && data_->size() > 0, ErrorKind::usage,
          "cache: expected examples, got none");
  form_ = std::make_unique<ExampleForm>(data_->slice(0, 1));
  const StoreSize size{.examples = data_->size(),
                       .input_bytes = form_->input_bytes(),
                       .target_bytes = form_->target_bytes()};
  const std::int64_t limit = limit_of(options);
  const std::string key = cat(form_->text(), "\n", data_->size(), "\n", options.fingerprint);
  store_ = options.path.empty() ? memory_store(size, limit) : file_store(size, options.path, key);
}

CachedDataset::~CachedDataset() = default;

std::int64_t CachedDataset::example_bytes() const {
  return static_cast<std::int64_t>(form_->bytes());
}

std::int64_t CachedDataset::capacity() const { return store_->capacity(); }

Batch CachedDataset::get(const torch::Tensor& indices) const {
  const torch::Tensor packed = indices.contiguous();
  const auto* index = packed.const_data_ptr<std::int64_t>();
  Batch batch = form_->empty(packed.size(0));
  std::vector<std::int64_t> missing;  // places in the batch
  for (std::int64_t i = 0; i < packed.size(0); ++i) {
    if (const std::byte* kept = store_->find(index[i])) {
      form_->put(batch, i, {.input = kept, .target = kept + form_->input_bytes()});
    } else {
      missing.push_back(i);
    }
  }
  if (missing.empty()) {
    return batch;
  }
  const torch::Tensor places = torch::tensor(missing, torch::kLong);
  Batch fetched = fetch(packed.index_select(0, places));
  if (fetched.targets.size(0) == packed.size(0)) {
    return fetched;
  }
  for (std::size_t i = 0; i < missing.size(); ++i) {
    form_->put(batch, missing[i], form_->at(fetched, static_cast<std::int64_t>(i)));
  }
  return batch;
}

/// From the data set; what there is room for is kept.
Batch CachedDataset::fetch(const torch::Tensor& indices) const {
  const Batch fetched = form_->packed(data_->get(indices));
  const auto* index = indices.const_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < indices.size(0); ++i) {
    store_->keep(index[i], form_->at(fetched, i));
  }
  return fetched;
}

}  // namespace onecycle
