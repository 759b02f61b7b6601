// Averages of the weights of a fit: stochastic weight averaging, exponential, of the lows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/schedule/length.h"
#include "onecycle/train/keep.h"

namespace onecycle {

/// What averages have in common.
class AveragedWeights : public KeptWeights {
 public:
  void fit_begin(const FitContext& fit) override;
  void state(StateArchive& archive) override;

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] bool ready() const override { return average_.count() > 0; }
  [[nodiscard]] std::vector<NamedTensors> members() const override;
  [[nodiscard]] bool averaged() const override { return true; }

  [[nodiscard]] const WeightAverage& average() const { return average_; }

 protected:
  AveragedWeights(const Model& model, WeightAverageOptions options, std::string name);

  WeightAverage average_;  // NOLINT(*-non-private-member-variables-in-classes): theirs to update

 private:
  std::string name_;
};

/// Options of `SwaWeights`.
struct SwaOptions {
  Length from = Length::share(0.75);  ///< of the fit; shorter than it
  /// Iterations, at least 1, or a share of the fit: the weights count after each such stretch
  /// beyond `from`. Nothing: at the end of each epoch beyond it.
  std::optional<Length> every = {};
  std::string name = "swa";
};

/// Stochastic weight averaging: the mean of the weights that training goes through. It wants a high
/// constant or cyclical rate. Source: Izmailov et al., 1803.05407.
class SwaWeights final : public AveragedWeights {
 public:
  /// A fit throws a usage error if it is too short for one set of weights.
  explicit SwaWeights(const Model& model, SwaOptions options = {});

  void fit_begin(const FitContext& fit) override;
  Action iteration_end(const IterationContext& iteration) override;
  Action epoch_end(const FitContext& fit, const EpochRecord& epoch) override;
  [[nodiscard]] std::string what() const override;

 private:
  SwaOptions options_;
  std::int64_t from_ = 0;              // of the fit that runs, in iterations
  std::optional<std::int64_t> every_;  // the same; nothing: an epoch
};

/// Options of `EmaWeights`.
struct EmaOptions {
  double decay = 0.999;                 ///< [0, 1)
  bool warmup = true;                   ///< see `WeightAverageOptions`
  std::int64_t every = 1;               ///< iterations, at least 1
  Length from = Length::iterations(0);  ///< of the fit; shorter than it
  std::string name = "ema";
};

/// The exponential moving average of the weights, updated after each `every` iterations beyond
/// `from`.
class EmaWeights final : public AveragedWeights {
 public:
  /// Throws a usage error for options out of range; a fit, if it is too short for one update.
  explicit EmaWeights(const Model& model, EmaOptions options = {});

  void fit_begin(const FitContext& fit) override;
  Action iteration_end(const IterationContext& iteration) override;
  [[nodiscard]] std::string what() const override;

 private:
  EmaOptions options_;
  std::int64_t from_ = 0;  // of the fit that runs, in iterations
};

/// The mean of the weights at the lows of the rate: after each iteration that ends a cycle of the
/// schedule (of any group). Not ready where no cycle ends. Source: Izmailov et al., 1803.05407.
class LowWeights final : public AveragedWeights {
 public:
  explicit LowWeights(const Model& model, std::string name = "lows");

  void fit_begin(const FitContext& fit) override;
  Action iteration_end(const IterationContext& iteration) override;
  [[nodiscard]] std::string what() const override;

 private:
  Iterations lows_;  // of the fit that runs
};

}  // namespace onecycle
