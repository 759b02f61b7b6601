// The header of a safetensors file: entries that lie in the file and cover it, and that are written
// so that they read as the same. The input is the file, or the JSON of its header alone.

#include <cstring>

#include "data/safetensors_header.h"
#include "fuzz/target.h"

namespace onecycle {
namespace {

std::string file_of(const std::string& header, std::size_t data_size) {
  const std::uint64_t length = header.size();
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  return file + header + std::string(data_size, '\0');
}

void read_header(std::string_view bytes) {
  const TensorHeader header = read_tensor_header(bytes, "w.safetensors");
  fuzz::expect(header.data <= bytes.size(), "data in the file");
  const std::size_t data_size = bytes.size() - header.data;
  for (const auto& entry : header.entries) {
    fuzz::expect(entry.begin <= entry.end && entry.end <= data_size, "tensors in the file");
    std::size_t size = entry.type->size;
    for (const std::int64_t dimension : entry.shape) {
      size *= static_cast<std::size_t>(dimension);
    }
    fuzz::expect(size == entry.end - entry.begin, "tensors as large as their shape");
  }
  const std::string written = write_tensor_header(header.entries, header.metadata);
  const TensorHeader again = read_tensor_header(written + std::string(data_size, '\0'), "written");
  fuzz::expect(write_tensor_header(again.entries, again.metadata) == written,
               "a header that reads as the same");
}

}  // namespace

void fuzz::read(std::string_view text) {
  may_refuse([&] { read_header(text); });
  for (const std::size_t data_size : {0, 4, 64}) {
    may_refuse([&] { read_header(file_of(std::string(text), data_size)); });
  }
}

}  // namespace onecycle
