// golden [FOLDER]: runs every case of every JSON file in a folder against the library and prints,
// for each family, how many passed, failed and are not implemented. FOLDER is $ONECYCLE_GOLDEN_DIR
// or the project's own cases unless given. Exit codes: 0 nothing failed, 1 something failed or
// there are no cases, 2 usage, 3 a file that cannot be read.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "families.h"

namespace onecycle::golden {
namespace {

namespace fs = std::filesystem;

struct Tally {
  int passed = 0;
  int failed = 0;
  int missing = 0;  // not implemented
  std::map<std::string, int> missing_kinds = {};
  std::vector<std::string> failures = {};
};

fs::path folder_of(int argc, char** argv) {
  if (argc > 1) {
    return argv[1];
  }
  const char* const named = std::getenv("ONECYCLE_GOLDEN_DIR");
  return named != nullptr && *named != '\0' ? named : ONECYCLE_GOLDEN_CASES;
}

std::vector<fs::path> json_files(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".json") {
      files.push_back(entry->path());
    }
  }
  require(!error, ErrorKind::data, folder.string(), ": ", error.message());
  std::sort(files.begin(), files.end());
  return files;
}

json parse_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  require(file.good() || file.eof(), ErrorKind::data, path.string(), ": cannot be read");
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    fail(ErrorKind::data, path.string(), ":", error.byte, ": expected JSON; ", error.what());
  }
}

void run_case(const Kinds* kinds, const json& file, const json& entry, Tally& tally) {
  const auto id = entry.at("id").get<std::string>();
  const auto kind = entry.at("kind").get<std::string>();
  const Case golden_case{id, entry.at("params"), entry.at("expected"), file.at("fixtures"),
                         file.at("tolerance")};
  const auto check = kinds != nullptr ? kinds->find(kind) : Kinds::const_iterator{};
  if (kinds == nullptr || check == kinds->end()) {
    ++tally.missing;
    ++tally.missing_kinds[kind];
    return;
  }
  try {
    check->second(golden_case);
    ++tally.passed;
  } catch (const std::exception& error) {
    ++tally.failed;
    tally.failures.push_back(cat(id, ": ", error.what()));
  }
}

void run_file(const fs::path& path, std::map<std::string, Tally>& tallies) {
  const json file = parse_file(path);
  try {
    const auto family = file.at("family").get<std::string>();
    const auto known = families().find(family);
    Tally& tally = tallies[family];
    for (const json& entry : file.at("cases")) {
      run_case(known == families().end() ? nullptr : &known->second, file, entry, tally);
    }
  } catch (const json::exception& error) {
    fail(ErrorKind::data, path.string(), ": expected a file of golden cases; ", error.what());
  }
}

void print_row(const std::string& name, int passed, int failed, int missing) {
  std::printf("%-20s %8d %8d %16d\n", name.c_str(), passed, failed, missing);
}

int report(const std::map<std::string, Tally>& tallies) {
  Tally all;
  std::printf("%-20s %8s %8s %16s\n", "family", "passed", "failed", "not implemented");
  for (const auto& [family, tally] : tallies) {
    print_row(family, tally.passed, tally.failed, tally.missing);
    all.passed += tally.passed;
    all.failed += tally.failed;
    all.missing += tally.missing;
  }
  print_row("all", all.passed, all.failed, all.missing);
  for (const auto& [family, tally] : tallies) {
    for (const auto& [kind, count] : tally.missing_kinds) {
      std::printf("not implemented: %s %s (%d)\n", family.c_str(), kind.c_str(), count);
    }
  }
  for (const auto& [family, tally] : tallies) {
    for (const std::string& failure : tally.failures) {
      std::printf("FAILED %s\n", failure.c_str());
    }
  }
  if (all.passed + all.failed + all.missing == 0) {
    std::fprintf(stderr, "golden: no cases found\n");
    return 1;
  }
  return all.failed == 0 ? 0 : 1;
}

int run(int argc, char** argv) {
  require(argc <= 2, ErrorKind::usage, "golden: expected at most one folder, got ", argc - 1);
  std::map<std::string, Tally> tallies;
  for (const fs::path& path : json_files(folder_of(argc, argv))) {
    run_file(path, tallies);
  }
  return report(tallies);
}

}  // namespace
}  // namespace onecycle::golden

int main(int argc, char** argv) {
  try {
    return onecycle::golden::run(argc, argv);
  } catch (const onecycle::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.exit_code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "golden: %s\n", error.what());
    return 1;
  }
}
