// Shape and type of the examples of a data set, and what they are as bytes.
#pragma once

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "onecycle/data/dataset.h"

namespace onecycle {

/// One example as bytes: those of its input, then those of its target.
struct ExampleBytes {
  const std::byte* input;
  const std::byte* target;
};

/// What all examples of a data set have in common.
class ExampleForm {
 public:
  /// Throws a usage error if the batch is not on the CPU.
  explicit ExampleForm(const Batch& batch);

  [[nodiscard]] std::size_t input_bytes() const { return input_.bytes; }
  [[nodiscard]] std::size_t target_bytes() const { return target_.bytes; }
  [[nodiscard]] std::size_t bytes() const { return input_.bytes + target_.bytes; }

  /// A batch of `examples` to be filled.
  [[nodiscard]] Batch empty(std::int64_t examples) const;
  /// The batch with its examples one after another in memory. Throws a data error if they are of
  /// another form.
  [[nodiscard]] Batch packed(const Batch& batch) const;
  /// The example at `index` of a packed batch.
  [[nodiscard]] ExampleBytes at(const Batch& packed, std::int64_t index) const;
  /// Writes an example into a packed batch.
  void put(const Batch& packed, std::int64_t index, ExampleBytes example) const;

  /// `uint8 [3, 32, 32] channels-last -> int64 []`.
  [[nodiscard]] std::string text() const;

 private:
  struct Part {
    explicit Part(const torch::Tensor& batch);
    [[nodiscard]] torch::Tensor empty(std::int64_t examples) const;
    [[nodiscard]] std::string text() const;
    bool operator==(const Part&) const = default;

    std::vector<std::int64_t> shape;
    torch::ScalarType type;
    torch::MemoryFormat layout;
    std::size_t bytes;
  };

  Part input_;
  Part target_;
};

}  // namespace onecycle
