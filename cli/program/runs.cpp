#include "program/runs.h"

#include <algorithm>
#include <system_error>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/record/run_files.h"

namespace onecycle::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRuns = "runs";

std::vector<std::string> known_runs() {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(kRuns, none)) {
    if (entry.is_directory()) {
      names.push_back(entry.path().filename().native());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

fs::path run_folder(const std::string& name) {
  require(!name.empty(), ErrorKind::usage, "expected the folder of a run, got ''");
  for (const fs::path& folder : {fs::path(name), kRuns / fs::path(name)}) {
    std::error_code none;
    if (fs::is_directory(folder, none)) {
      return folder;
    }
  }
  std::vector<std::string> known = known_runs();
  const auto nearest = nearest_name(name, known);
  constexpr std::size_t kShown = 5;
  if (known.size() > kShown) {
    known.erase(known.begin(), known.end() - kShown);
  }
  fail(ErrorKind::usage, "expected the folder of a run, got '", name, "', which is none",
       nearest         ? cat("; did you mean '", *nearest, "'?")
       : known.empty() ? std::string("; onecycle fit writes one into runs/")
                       : cat("; in runs/ there are ", join(known, ", ")));
}

void add_run_operands(CommandLine& line, Arguments& names) {
  line.operands({.name = "runs", .label = "RUN...", .help = "folders of runs, or names in runs/"},
                &names);
}

std::vector<Run> read_runs(const Arguments& names) {
  std::vector<Run> runs;
  std::vector<fs::path> folders;
  for (const std::string& name : names) {
    const fs::path folder = fs::canonical(run_folder(name));
    require(std::find(folders.begin(), folders.end(), folder) == folders.end(), ErrorKind::usage,
            "expected different runs, got ", name, " twice");
    folders.push_back(folder);
    runs.push_back(read_run(run_folder(name)));
    runs.back().name = folder.filename().native();
  }
  std::vector<bool> shared(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    shared[i] = std::count_if(runs.begin(), runs.end(),
                              [&](const Run& run) { return run.name == runs[i].name; }) > 1;
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (shared[i]) {
      runs[i].name = folders[i].native();
    }
  }
  return runs;
}

}  // namespace onecycle::cli
