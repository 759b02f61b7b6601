// Makes a test of a target, for any compiler: hands it every file of the folder that is named. A
// target that finds a bug ends the program, so the last file on stdout is the one.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/target.h"
#include "onecycle/core/files.h"

int main(int count, char** arguments) {
  namespace fs = std::filesystem;
  if (count != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  std::vector<fs::path> files{fs::directory_iterator(arguments[1]), {}};
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);
    const std::string text = onecycle::read_file(file);
    // A copy without the zero at its end, so that a sanitizer sees a step beyond it.
    const std::vector<char> bytes(text.begin(), text.end());
    onecycle::fuzz::read({bytes.data(), bytes.size()});
  }
  if (files.empty()) {
    std::fprintf(stderr, "%s: expected files, got none\n", arguments[1]);
    return 1;
  }
  return 0;
}
