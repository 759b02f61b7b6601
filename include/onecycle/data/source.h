// Data sets by name: those that come with the library, files and folders.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "onecycle/data/image_folder.h"
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

/// Whether that is the name of one of them.
bool is_built_in(const std::string& name);

/// A form in which data sets are read.
struct DataFormat {
  std::string name;
  std::string form;  ///< of the path, as in `TABLE.csv`
  std::string what;  ///< what is in it
};

/// All of them, in the order in which a path is tried.
std::vector<DataFormat> data_formats();

struct DataOptions {
  TableOptions table = {};         ///< of tables
  ImageFolderOptions images = {};  ///< of folders of images
};

/// Opens a built-in data set by name, or a file or folder by path, in whichever form it has;
/// `./digits` is always a file. Throws a data error that names the nearest built-in set if it is
/// neither, and a usage error for options that such data do not have.
LoadedData open_data(const std::string& name_or_path, const DataOptions& options = {});

/// What tells whether data are still the same: SHA-256 of a file; of a folder, that of the names
/// and sizes of all files in it; of a built-in set its name.
std::string data_fingerprint(const std::string& name_or_path);

}  // namespace onecycle
