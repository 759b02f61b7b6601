// What a fit came to: into files, as JSON, in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "onecycle/record/run_folder.h"
#include "onecycle/train/keep.h"
#include "output.h"
#include "training.h"

namespace onecycle::cli {

struct Outcome {
  FitResult result;
  std::vector<double> max_lr;  ///< one a group
  std::optional<EpochRecord> best;
  std::optional<Evaluation> train;  ///< only of a fit that was completed
  std::optional<Evaluation> valid;  ///< the same; nothing without a validation set
  std::string weights_sha256;
};

/// Looks at the trained model.
Outcome look_at(Training& training, FitResult result, const BestWeights& best);

/// Writes the whole run and the configuration that repeats it.
void save(RunFolder& folder, const Training& training, const BestWeights& best,
          const std::string& config);

Json json_of(const Outcome& outcome, const RunFolder& folder, const Run& run);
std::string text_of(const Outcome& outcome, const RunFolder& folder, const Run& run);

}  // namespace onecycle::cli
