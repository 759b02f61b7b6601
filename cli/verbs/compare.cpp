#include <algorithm>
#include <filesystem>

#include "jobs/compare_job.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "onecycle/record/run_folder.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

namespace fs = std::filesystem;

/// Of an earlier comparison in `folder`: its own files and the runs in it.
void remove_comparison(const fs::path& folder) {
  for (const char* name : {kComparison, "comparison.html", "comparison.csv", "comparison.json"}) {
    fs::remove(folder / name);
  }
  std::vector<fs::path> runs;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory() &&
        entry.path().filename().native().find("-seed-") != std::string::npos) {
      runs.push_back(entry.path());
    }
  }
  for (const fs::path& path : runs) {
    RunFolder run(path, /*force=*/true);
    run.keep();  // the files of the run go, others stay
    std::error_code not_empty;
    fs::remove(path, not_empty);
  }
}

int run_compare(const Arguments& arguments) {
  CompareFlags flags;
  CommandLine line = compare_command_line(flags);
  if (!line.parse(arguments)) {
    return 0;
  }
  if (!flags.out.empty()) {
    require_free_run_folder(flags.out, flags.force);
  }
  if (!is_built_in(flags.training.data.source)) {  // for `resume` elsewhere
    flags.training.data.source = fs::absolute(flags.training.data.source).native();
  }
  const CheckedComparison checked = check(flags);
  const std::string stem = cat(checked.data_name, "-", checked.model_name, "-compare");
  RunFolder folder =
      flags.out.empty() ? RunFolder::first_free("runs", stem) : RunFolder(flags.out, flags.force);
  folder.keep();
  remove_comparison(folder.path());
  write_file(folder.file(kComparison), line.config());
  run_comparison(folder.path(), flags, checked);
  return 0;
}

}  // namespace

Verb compare_verb() {
  return {.name = "compare",
          .brief = "train under several policies and say which is best",
          .describe = [] { return spec_of(compare_command_line); },
          .run = run_compare};
}

}  // namespace onecycle::cli
