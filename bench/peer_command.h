// The peers of a benchmark: a command in the environment, which prints its own lines.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

/// Runs the command in `variable`, if there is one, with `arguments` behind it.
inline void run_peers(const char* variable, const std::string& arguments = "") {
  const char* command = std::getenv(variable);
  std::fflush(stdout);
  if (command != nullptr && std::system((command + arguments).c_str()) != 0) {
    std::fprintf(stderr, "%s: expected '%s' to run, it failed\n", variable, command);
  }
}
