// Data sets by name: those that come with the library, and files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "onecycle/data/table.h"
#include "onecycle/data/task.h"

namespace onecycle {

/// A data set that comes with the library.
struct BuiltInData {
  std::string name;
  std::string what;
  std::int64_t examples = 0;
  std::string credit;  ///< authors, source and licence
};

/// All of them.
const std::vector<BuiltInData>& built_in_data();

/// Opens a built-in data set by name or a CSV file by path; `./digits` is always a file. Throws a
/// data error that names the nearest built-in set if it is neither, a usage error if `options` are
/// given for a built-in set, which has its target.
LoadedData open_data(const std::string& name_or_path, const TableOptions& options = {});

}  // namespace onecycle
