#include "model/torch_file.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "data/mapped_file.h"
#include "model/format/state_dict.h"
#include "model/format/zip_check.h"
#include "model/format/zip_directory.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr std::array<std::pair<std::string_view, torch::ScalarType>, 10> kStorages = {
    {{"DoubleStorage", torch::kFloat64},
     {"FloatStorage", torch::kFloat32},
     {"HalfStorage", torch::kFloat16},
     {"BFloat16Storage", torch::kBFloat16},
     {"LongStorage", torch::kInt64},
     {"IntStorage", torch::kInt32},
     {"ShortStorage", torch::kInt16},
     {"CharStorage", torch::kInt8},
     {"ByteStorage", torch::kUInt8},
     {"BoolStorage", torch::kBool}}};

// Of a TorchScript module, without its tensors: more is no program but an attack.
constexpr std::uint64_t kMostCode = std::uint64_t{256} << 20;

/// The entries of an archive, all in one folder whose name may be any.
class TorchArchive {
 public:
  TorchArchive(std::string_view bytes, const std::string& file)
      : entries_(read_zip_entries(bytes, file)) {
    for (const auto& entry : entries_) {
      if (entry.name.ends_with("/data.pkl")) {
        root_ = entry.name.substr(0, entry.name.size() - std::string_view("data.pkl").size());
        return;
      }
    }
  }

  /// Throws a checkpoint error, that names the entry, if one is damaged.
  void check(std::string_view bytes, const std::string& file) const {
    check_zip_entries(bytes, entries_, file);
  }

  /// The sum of what its packed entries claim to be.
  [[nodiscard]] std::uint64_t unpacked() const {
    std::uint64_t sum = 0;
    for (const auto& entry : entries_) {
      sum = entry.stored ? sum : sum + std::min(entry.unpacked, kMostCode + 1);
    }
    return sum;
  }

  [[nodiscard]] const ZipEntry* find(std::string_view name) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const ZipEntry& entry) {
      return entry.name.size() == root_.size() + name.size() && entry.name.starts_with(root_) &&
             entry.name.ends_with(name);
    });
    return found == entries_.end() ? nullptr : &*found;
  }

  /// The same, but throws if it is packed: torch.save packs nothing.
  [[nodiscard]] const ZipEntry* find_stored(std::string_view name, const std::string& file) const {
    const auto* entry = find(name);
    require(entry == nullptr || entry->stored, ErrorKind::checkpoint, file, ": expected the entry ",
            name, " stored as it is, as torch.save does, got it packed; save it again");
    return entry;
  }

 private:
  std::vector<ZipEntry> entries_;
  std::string root_;
};

/// The whole file as text.
std::string_view text_of(const MappedFile& map) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as text
  return {reinterpret_cast<const char*>(map.data()), map.size()};
}

torch::ScalarType type_of_storage(const PickledTensor& tensor, const std::string& file) {
  const auto* type = std::find_if(kStorages.begin(), kStorages.end(),
                                  [&](const auto& known) { return known.first == tensor.type; });
  require(type != kStorages.end(), ErrorKind::checkpoint, file, ": tensor '", tensor.name,
          "': expected a real type, got ", tensor.type, "; convert it");
  return type->second;
}

/// A view of the mapped storage; whoever has it keeps the map.
torch::Tensor map_storage(const PickledTensor& tensor, const ZipEntry& entry,
                          const std::shared_ptr<MappedFile>& map, const std::string& file) {
  const auto type = type_of_storage(tensor, file);
  const auto size = static_cast<std::int64_t>(c10::elementSize(type));
  require(std::cmp_less_equal(tensor.stored, entry.size / static_cast<std::size_t>(size)),
          ErrorKind::checkpoint, file, ": tensor '", tensor.name, "': expected ", tensor.stored,
          " elements of ", size, " bytes, got ", entry.size, " bytes; the file is damaged");
  if (std::find(tensor.sizes.begin(), tensor.sizes.end(), 0) != tensor.sizes.end()) {
    return torch::empty(tensor.sizes, type);
  }
  auto* storage = map->data() + entry.begin;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): an address as a number
  require(reinterpret_cast<std::uintptr_t>(storage) % static_cast<std::size_t>(size) == 0,
          ErrorKind::checkpoint, file, ": tensor '", tensor.name,
          "': expected its bytes aligned as torch.save does, got them elsewhere; save it again");
  // Any other byte in a bool is undefined behaviour for whoever reads it.
  require(type != torch::kBool || std::all_of(storage, storage + tensor.stored,
                                              [](std::byte b) { return b <= std::byte{1}; }),
          ErrorKind::checkpoint, file, ": tensor '", tensor.name,
          "': expected bytes 0 and 1 of a bool; the file is damaged");
  return at::from_blob(
      storage + tensor.offset * size, tensor.sizes, tensor.strides, [map](void*) {}, type);
}

}  // namespace

FileKind kind_of_file(std::string_view bytes, const std::string& file) {
  if (bytes.starts_with("PK\x03\x04")) {
    const TorchArchive archive(bytes, file);
    if (archive.find("data.pkl") == nullptr) {
      return FileKind::other;
    }
    require(archive.unpacked() <= kMostCode, ErrorKind::checkpoint, file, ": expected at most ",
            kMostCode, " bytes of packed entries, got more; do not open it");
    archive.check(bytes, file);
    return archive.find("constants.pkl") ? FileKind::torch_script : FileKind::torch_save;
  }
  if (bytes.starts_with('\x80')) {
    return FileKind::old_pickle;
  }
  return bytes.size() > 8 && bytes[8] == '{' ? FileKind::safetensors : FileKind::other;
}

std::string_view describe_kind(FileKind kind) {
  constexpr std::array<std::string_view, 5> words = {
      "safetensors", "weights of torch.save", "a TorchScript module",
      "a pickle, as torch.save wrote before PyTorch 1.6", "another file"};
  return words.at(static_cast<std::size_t>(kind));
}

NamedTensors load_torch_file(const std::filesystem::path& path) {
  const auto map = std::make_shared<MappedFile>(path);
  const auto file = path.string();
  const auto bytes = text_of(*map);
  const TorchArchive archive(bytes, file);
  const auto* order = archive.find_stored("byteorder", file);
  require(order == nullptr || bytes.substr(order->begin, order->size) == "little",
          ErrorKind::checkpoint, file,
          ": expected numbers in little-endian order, got others; save it on another machine");
  const auto* pickle = archive.find_stored("data.pkl", file);
  require(pickle != nullptr, ErrorKind::checkpoint, file,
          ": expected an archive of torch.save, got another");
  NamedTensors tensors;
  for (const auto& tensor :
       read_state_dict(bytes.substr(pickle->begin, pickle->size), cat(file, ": data.pkl"))) {
    const auto* entry = archive.find_stored(cat("data/", tensor.storage), file);
    require(entry != nullptr, ErrorKind::checkpoint, file, ": tensor '", tensor.name,
            "': expected its bytes in the file, got none; the file is damaged");
    tensors.emplace_back(tensor.name, map_storage(tensor, *entry, map, file));
  }
  return tensors;
}

std::string conversion_command(const std::filesystem::path& path) {
  auto target = path.filename();
  target.replace_extension(".safetensors");
  return cat("python -c \"import torch, safetensors.torch as s; d = torch.load('", path.string(),
             "', map_location='cpu', weights_only=True); d = d.get('state_dict', d); "
             "s.save_file({k: v.clone().contiguous() for k, v in d.items()}, '",
             target.string(), "')\"");
}

}  // namespace onecycle
