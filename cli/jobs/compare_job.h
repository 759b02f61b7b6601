// A comparison from its flags to its files: what `compare` begins and `resume` goes on with.
#pragma once

#include <filesystem>
#include <string>

#include "flags/compare_flags.h"

namespace onecycle::cli {

/// Whether `folder` holds a comparison, finished or not.
bool is_comparison(const std::filesystem::path& folder);

/// What is known before the first run takes its time.
struct CheckedComparison {
  std::string data_name;
  std::string model_name;
  std::string data_sha256;  ///< see `FitJob::data_sha256`
  PolicyCriterion criterion;
};

/// Throws whatever a run would throw before it trains.
CheckedComparison check(const CompareFlags& flags);

/// Does in `folder`, which exists, what has not been done yet: each run in a folder of its own,
/// then `comparison.html`, `.csv` and `.json`; prints the result. Throws if it was interrupted.
void run_comparison(const std::filesystem::path& folder, CompareFlags& flags,
                    const CheckedComparison& checked);

/// Reads the flags from `folder` and does the rest. `output` stands in for the flags' own.
void resume_comparison(const std::filesystem::path& folder, const OutputFlags& output);

/// The name under which the configuration of a comparison stands in its folder.
inline constexpr const char* kComparison = "comparison.toml";

}  // namespace onecycle::cli
