// What an archive says of its own bytes, checked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/format/zip_directory.h"

namespace onecycle {

/// Throws a checkpoint error, that begins with `file` and names the entry, unless each of the
/// entries of the archive `bytes` is whole: what is packed unpacks to the size that the directory
/// states, and has its CRC-32 where it states one. LibTorch looks at no checksum and takes what
/// was in its memory before for what it could not unpack.
void check_zip_entries(std::string_view bytes, const std::vector<ZipEntry>& entries,
                       const std::string& file);

}  // namespace onecycle
