// The directory of a zip archive, in which torch.save and TorchScript write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

struct ZipEntry {
  std::string name;
  std::size_t begin;       ///< of its bytes in the archive
  std::size_t size;        ///< of those
  bool stored;             ///< as they are; else packed
  std::uint64_t unpacked;  ///< bytes that it claims to have once it is unpacked
  std::uint32_t checksum;  ///< their CRC-32; 0 if the writer left it out, as torch.save may
};

/// The entries of the whole archive `bytes`, zip64 or not, as its directory lists them. The bytes
/// of each lie inside the archive. Throws a checkpoint error that begins with `file` and the byte.
std::vector<ZipEntry> read_zip_entries(std::string_view bytes, const std::string& file);

}  // namespace onecycle
