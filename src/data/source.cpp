#include "onecycle/data/source.h"

#include <algorithm>
#include <filesystem>

#include "onecycle/core/error.h"
#include "onecycle/data/digits.h"

namespace onecycle {
namespace {

struct Entry {
  BuiltInData facts;
  LoadedData (*load)();
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all{{{.name = "digits",
                                        .what = "handwritten digits, 8x8 grey images, 10 classes",
                                        .examples = 1797,
                                        .credit = std::string(kDigitsCredit)},
                                       &digits}};
  return all;
}

}  // namespace

const std::vector<BuiltInData>& built_in_data() {
  static const std::vector<BuiltInData> all = [] {
    std::vector<BuiltInData> facts;
    for (const auto& entry : entries()) {
      facts.push_back(entry.facts);
    }
    return facts;
  }();
  return all;
}

LoadedData open_data(const std::string& name_or_path, const TableOptions& options) {
  std::vector<std::string> names;
  for (const auto& entry : entries()) {
    names.push_back(entry.facts.name);
    if (entry.facts.name == name_or_path) {
      require(options.target.empty() || options.target == entry.load().task.target,
              ErrorKind::usage, "target: expected none with the built-in data set '", name_or_path,
              "', got '", options.target, "'; leave it out");
      require(!options.task || *options.task == TaskKind::classification, ErrorKind::usage,
              "task: expected classification with the built-in data set '", name_or_path,
              "', got regression; leave it out");
      return entry.load();
    }
  }
  std::error_code ignored;
  require(std::filesystem::exists(name_or_path, ignored), ErrorKind::data, "data '", name_or_path,
          "': expected the name of a built-in data set or of a file, got neither",
          suggest_name(name_or_path, names));
  return read_table(name_or_path, options);
}

}  // namespace onecycle
