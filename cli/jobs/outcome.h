// What a fit came to: into files, as JSON, in words.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flags/training.h"
#include "onecycle/record/run_folder.h"
#include "onecycle/train/compare_weights.h"
#include "onecycle/train/keep.h"
#include "program/output.h"

namespace onecycle::cli {

struct Outcome {
  FitResult result;
  std::string end;             ///< see `Run::end`
  std::vector<double> max_lr;  ///< one a group
  std::optional<EpochRecord> best;
  std::optional<Evaluation> train;       ///< not of a fit that was interrupted or diverged
  std::optional<Evaluation> valid;       ///< the same; nothing without a validation set
  std::vector<ComparedWeights> weights;  ///< `last`, and each that was kept
  std::size_t chosen = 0;                ///< the one to use: the best on the validation set
  std::string weights_sha256;            ///< of the last
};

/// Looks at the trained model, and at each of `kept`. The record of the run then says how it ended
/// and what the weights are worth.
Outcome look_at(Training& training, FitResult result,
                const std::vector<std::shared_ptr<KeptWeights>>& kept, bool interrupted,
                const ChooseOptions& choice);

/// Writes the whole run.
void save(const RunFolder& folder, const Training& training, const Outcome& outcome);

/// As they stand in a record.
std::vector<Fact> facts_of(const std::vector<Setting>& settings);

/// Tells a run what it is: its name, settings and surroundings.
void describe_run(Run& run, const RunFolder& folder, const std::vector<Setting>& settings,
                  std::vector<Fact> facts);

Json json_of(const Outcome& outcome, const RunFolder& folder, const Run& run);
void print_text(const Outcome& outcome, const RunFolder& folder, const Run& run);

}  // namespace onecycle::cli
