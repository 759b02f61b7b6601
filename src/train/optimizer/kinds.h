// The kinds of optimizers, each in a source of its own.
#pragma once

#include <memory>

#include "onecycle/train/optimizer.h"

namespace onecycle {

/// What an optimizer is made over.
struct OptimizerSetup {
  const Model& model;
  const DecayExclusion& exclusion;
  double lr;
};

/// The options are in range.
std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const Sgd& options);
std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const Adam& options);
std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const AdamW& options);
std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const RmsProp& options);
std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const Lars& options);
std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const Lamb& options);
std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const TorchOptimizer& options);

/// Lists the hyper-parameters of each group.
void list_group_values(StateArchive& archive, std::vector<GroupValues>& values);

}  // namespace onecycle
