// A Python to test against: the one of scripts/bootstrap, or ONECYCLE_PYTHON.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "onecycle/core/text.h"

namespace onecycle {

/// The first Python that can import all of `modules`, such as `torch, numpy`.
inline std::optional<std::string> python_with(const std::string& modules) {
  const char* chosen = std::getenv("ONECYCLE_PYTHON");
  const auto own = std::filesystem::path(ONECYCLE_TEST_DATA) / "../../.venv/bin/python";
  for (const std::string& python :
       {std::string(chosen ? chosen : ""), own.string(), std::string("python3")}) {
    const auto command = cat("'", python, "' -c 'import ", modules, "' 2>/dev/null");
    if (!python.empty() && std::system(command.c_str()) == 0) {
      return python;
    }
  }
  return std::nullopt;
}

}  // namespace onecycle
