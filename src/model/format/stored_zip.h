// The entries of a zip archive that are stored as they are: how torch.save and TorchScript write.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

struct ZipEntry {
  std::string name;
  std::size_t begin;  ///< of its bytes in the archive
  std::size_t size;
};

/// The entries of the whole archive `bytes`, zip64 or not, as its directory lists them. Each lies
/// inside the archive. Throws a checkpoint error that begins with `file` and the byte, also for an
/// entry that is compressed or encrypted.
std::vector<ZipEntry> read_zip_entries(std::string_view bytes, const std::string& file);

}  // namespace onecycle
