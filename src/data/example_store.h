// Where a cache keeps the bytes of examples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "data/example_form.h"

namespace onecycle {

/// Examples by their position in the data set; all functions may be called from several threads at
/// once.
class ExampleStore {
 public:
  ExampleStore() = default;
  ExampleStore(const ExampleStore&) = delete;
  ExampleStore& operator=(const ExampleStore&) = delete;
  virtual ~ExampleStore() = default;

  /// Its bytes, input and target one after the other, which stay there; null if it is not kept.
  [[nodiscard]] virtual const std::byte* find(std::int64_t index) = 0;
  /// Keeps a copy if there is room and it is not kept yet.
  virtual void keep(std::int64_t index, ExampleBytes example) = 0;
  /// How many there is room for.
  [[nodiscard]] virtual std::int64_t capacity() const = 0;
};

/// How many examples there are, and the bytes of each.
struct StoreSize {
  std::int64_t examples;
  std::size_t input_bytes;
  std::size_t target_bytes;

  [[nodiscard]] std::size_t each() const { return input_bytes + target_bytes; }
};

/// Keeps those that come first, in at most `limit` bytes, which are taken as they are filled.
std::unique_ptr<ExampleStore> memory_store(const StoreSize& size, std::int64_t limit);

/// Keeps all in a file, for programs to come. One whose key is not `key` is made anew. Throws as
/// `CachedDataset` says.
std::unique_ptr<ExampleStore> file_store(const StoreSize& size, const std::filesystem::path& path,
                                         const std::string& key);

}  // namespace onecycle
