#include "onecycle/data/safetensors.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <array>
#include <memory>

#include "data/mapped_file.h"
#include "data/safetensors_header.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"

namespace onecycle {
namespace {

// In the order of tensor_types().
constexpr std::array kScalarTypes = {
    torch::kFloat64, torch::kFloat32, torch::kFloat16, torch::kBFloat16, torch::kInt64,
    torch::kInt32,   torch::kInt16,   torch::kInt8,    torch::kUInt8,    torch::kBool};

torch::ScalarType scalar_type(const TensorType& type) {
  return kScalarTypes.at(static_cast<std::size_t>(&type - tensor_types().data()));
}

const TensorType* type_of(const std::string& name, const torch::Tensor& tensor) {
  require(tensor.defined() && tensor.layout() == torch::kStrided, ErrorKind::usage,
          "safetensors: tensor '", name, "': expected a dense tensor, got another; make it dense");
  const auto* found = std::find(kScalarTypes.begin(), kScalarTypes.end(), tensor.scalar_type());
  require(found != kScalarTypes.end(), ErrorKind::usage, "safetensors: tensor '", name,
          "': expected a real type that the format has, got ",
          torch::toString(tensor.scalar_type()), "; convert it");
  return &tensor_types()[static_cast<std::size_t>(found - kScalarTypes.begin())];
}

// Larger elements first, as the reference does: then every tensor is aligned. The names keep the
// order in which they are given.
std::vector<std::size_t> lay_out(std::vector<TensorEntry>& entries) {
  std::vector<std::size_t> order(entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return entries[a].type->size > entries[b].type->size;
  });
  std::size_t at = 0;
  for (const auto i : order) {
    const auto size = entries[i].end;
    entries[i].begin = at;
    entries[i].end = at += size;
  }
  return order;
}

torch::Tensor map_tensor(const TensorEntry& entry, std::byte* data,
                         const std::shared_ptr<MappedFile>& map) {
  const auto options = torch::TensorOptions(scalar_type(*entry.type));
  if (entry.begin == entry.end) {
    return torch::empty(entry.shape, options);
  }
  auto* start = data + entry.begin;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): an address as a number
  if (reinterpret_cast<std::uintptr_t>(start) % entry.type->size == 0) {
    // The deleter owns the memory: it holds the map.
    return at::from_blob(
        start, entry.shape, [map](void*) {}, options);
  }
  auto copy = torch::empty(entry.shape, options);
  std::copy(start, data + entry.end, static_cast<std::byte*>(copy.data_ptr()));
  return copy;
}

// Any other byte in a bool is undefined behaviour for whoever reads it.
void check_bools(const TensorEntry& entry, const std::byte* data, std::size_t offset,
                 const std::string& file) {
  const auto* begin = data + entry.begin;
  const auto* end = data + entry.end;
  const auto* bad = std::find_if(begin, end, [](std::byte b) { return b > std::byte{1}; });
  require(bad == end, ErrorKind::checkpoint, file, ":",
          offset + static_cast<std::size_t>(bad - data), ": tensor '", entry.name,
          "': expected bytes 0 and 1 in a BOOL tensor; the file is damaged");
}

}  // namespace

void save_tensors(const std::filesystem::path& path, const TensorFile& file) {
  std::vector<TensorEntry> entries;
  for (const auto& [name, tensor] : file.tensors) {
    const auto* type = type_of(name, tensor);
    entries.push_back({.name = name,
                       .type = type,
                       .shape = tensor.sizes().vec(),
                       .begin = 0,
                       .end = static_cast<std::size_t>(tensor.numel()) * type->size});
  }
  const auto order = lay_out(entries);
  const auto header = write_tensor_header(entries, file.metadata);
  AtomicFile out(path);
  out.write(header);
  for (const auto i : order) {
    const auto bytes = file.tensors[i].second.detach().resolve_neg().cpu().contiguous();
    out.write(bytes.const_data_ptr(), bytes.nbytes());
  }
  out.commit();
}

TensorFile load_tensors(const std::filesystem::path& path) {
  const auto map = std::make_shared<MappedFile>(path);
  const auto name = path.string();
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the header is text among bytes
  auto header = read_tensor_header({reinterpret_cast<const char*>(map->data()), map->size()}, name);
  auto* data = map->data() + header.data;
  TensorFile file{.tensors = {}, .metadata = std::move(header.metadata)};
  for (const auto& entry : header.entries) {
    if (entry.type->name == "BOOL") {
      check_bools(entry, data, header.data, name);
    }
    file.tensors.emplace_back(entry.name, map_tensor(entry, data, map));
  }
  return file;
}

}  // namespace onecycle
