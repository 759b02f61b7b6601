// Keeps examples that were costly to make, such as decoded images, in memory or in a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "onecycle/data/dataset.h"

namespace onecycle {

class ExampleForm;
class ExampleStore;

struct CacheOptions {
  /// Bytes of memory for examples; what does not fit is fetched each time. 0: none. Nothing: a
  /// quarter of `available_memory`.
  std::optional<std::int64_t> limit = {};
  /// A file that keeps all examples for later runs, in place of memory: the system holds in memory
  /// what there is room for. Empty: none.
  std::filesystem::path path = {};
  /// What the examples depend on: names, sizes and dates of files, how they were decoded. A file
  /// with another one is made anew.
  std::string fingerprint = {};
};

/// The examples of a data set, each of which is fetched once and kept as it was. They must be the
/// same each time, all of one shape and type, on the CPU.
///
/// In the file each example has a checksum: what is damaged, or was not finished, is fetched again.
/// If the disk is full, the rest is fetched each time.
class CachedDataset final : public Dataset {
 public:
  /// Fetches the first example, to know how large they are. Throws a usage error for a limit below
  /// 0, examples on another device, and a `path` that cannot be written to or is that of a file
  /// which is no cache.
  explicit CachedDataset(std::shared_ptr<const Dataset> data, const CacheOptions& options = {});
  CachedDataset(const CachedDataset&) = delete;
  CachedDataset& operator=(const CachedDataset&) = delete;
  ~CachedDataset() override;

  [[nodiscard]] std::int64_t size() const override { return data_->size(); }
  /// May be called from several threads at once if that of the data set may. Throws a data error if
  /// the data set gives an example of another shape or type.
  [[nodiscard]] Batch get(const torch::Tensor& indices) const override;

  /// The bytes of one example.
  [[nodiscard]] std::int64_t example_bytes() const;
  /// How many examples the cache can hold.
  [[nodiscard]] std::int64_t capacity() const;

 private:
  [[nodiscard]] Batch fetch(const torch::Tensor& indices) const;

  std::shared_ptr<const Dataset> data_;
  std::unique_ptr<const ExampleForm> form_;
  std::unique_ptr<ExampleStore> store_;
};

}  // namespace onecycle
