// What a data set is: a number of examples, and any of them as one batch.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>

namespace onecycle {

class Random;

/// Examples that pass through the model together. It may share memory with the data set: do not
/// write into it.
struct Batch {
  torch::Tensor inputs;   ///< [examples, ...]
  torch::Tensor targets;  ///< [examples] or [examples, ...]
};

/// What happens to a batch between the data set and the model, such as augmentation. What it draws,
/// it draws from `random`: then the same seed gives the same batches.
using BatchTransform = std::function<Batch(Batch batch, Random& random)>;

/// A source of examples. A type of one's own needs `size` and `get`.
class Dataset {
 public:
  Dataset() = default;
  virtual ~Dataset() = default;

  /// The number of examples.
  [[nodiscard]] virtual std::int64_t size() const = 0;

  /// The examples at `indices` (int64, [n], on the CPU, each in 0 .. size - 1), in that order. A
  /// loader with workers calls it from several threads at once.
  [[nodiscard]] virtual Batch get(const torch::Tensor& indices) const = 0;

  /// The examples begin .. end - 1. Override it where that is cheaper than `get`.
  [[nodiscard]] virtual Batch slice(std::int64_t begin, std::int64_t end) const;

  /// All of them, in order.
  [[nodiscard]] Batch all() const { return slice(0, size()); }

  /// How many examples a loader may fetch before they are needed. The default, 0, is right for a
  /// `get` that draws random numbers: then each batch is fetched when it is asked for.
  [[nodiscard]] virtual std::int64_t read_ahead() const { return 0; }

 protected:
  Dataset(const Dataset&) = default;
  Dataset& operator=(const Dataset&) = default;
};

/// All examples in two tensors, on any device.
class TensorDataset final : public Dataset {
 public:
  /// `inputs`: [n, ...]; `targets`: [n] or [n, ...], on the same device. Throws a usage error if
  /// they differ in length or device or are empty.
  TensorDataset(torch::Tensor inputs, torch::Tensor targets);

  [[nodiscard]] std::int64_t size() const override { return inputs_.size(0); }
  [[nodiscard]] Batch get(const torch::Tensor& indices) const override;
  /// Shares memory.
  [[nodiscard]] Batch slice(std::int64_t begin, std::int64_t end) const override;
  /// As many as fit into a processor's cache: a copy of them is made at once.
  [[nodiscard]] std::int64_t read_ahead() const override;

  [[nodiscard]] const torch::Tensor& inputs() const { return inputs_; }
  [[nodiscard]] const torch::Tensor& targets() const { return targets_; }

  /// The same examples on another device.
  [[nodiscard]] TensorDataset to(const torch::Device& device) const;

 private:
  torch::Tensor inputs_;
  torch::Tensor targets_;
};

}  // namespace onecycle
