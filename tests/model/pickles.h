// Pickles and zip archives as torch.save writes them, made by hand: to be broken in tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onecycle {

/// `value` in little-endian bytes.
inline std::string little(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) {
    bytes += static_cast<char>(i < 8 ? value >> (8 * i) : 0);
  }
  return bytes;
}

inline std::string pickle_text(std::string_view text) {
  return "X" + little(text.size(), 4) + std::string(text);
}

/// A matrix whose rows follow one another in a storage called 0.
struct PickledMatrix {
  std::uint32_t stored = 6;
  std::uint32_t offset = 0;
  std::uint32_t rows = 2;
  std::uint32_t columns = 3;
  std::uint32_t stride = 3;  ///< of the rows

  [[nodiscard]] std::string code() const {
    const auto number = [](std::uint32_t value) { return "J" + little(value, 4); };
    return "ctorch._utils\n_rebuild_tensor_v2\n((" + pickle_text("storage") +
           "ctorch\nFloatStorage\n" + pickle_text("0") + pickle_text("cpu") + number(stored) +
           "tQ" + number(offset) + number(rows) + number(columns) + "\x86" + number(stride) +
           "K\x01\x86\x89" + "ccollections\nOrderedDict\n)RtR";
  }
};

/// A dictionary of values given by their code.
inline std::string pickle_of(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string code = "\x80\x02}q";
  code += '\0';
  code += '(';
  for (const auto& [key, value] : items) {
    code += pickle_text(key) + value;
  }
  return code + "u.";
}

/// An archive of stored entries.
inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string archive;
  std::string directory;
  for (const auto& [name, bytes] : entries) {
    const auto begin = archive.size();
    const auto sizes = little(bytes.size(), 4) + little(bytes.size(), 4);
    // As torch.save: the extra field makes the bytes begin at a multiple of 64.
    const auto header = archive.size() + 30 + name.size() + 4;
    const std::string padding((64 - header % 64) % 64, 'Z');
    const auto extra = "FB" + little(padding.size(), 2) + padding;
    archive += "PK\x03\x04" + little(20, 2) + little(0, 12) + sizes + little(name.size(), 2) +
               little(extra.size(), 2) + name + extra + bytes;
    directory += "PK\x01\x02" + little(20, 4) + little(0, 12) + sizes + little(name.size(), 2) +
                 little(0, 12) + little(begin, 4) + name;
  }
  const auto at = archive.size();
  return archive + directory + "PK\x05\x06" + little(0, 4) + little(entries.size(), 2) +
         little(entries.size(), 2) + little(directory.size(), 4) + little(at, 4) + little(0, 2);
}

/// What torch.save writes of one matrix `w` of six numbers.
inline std::string torch_archive(const std::string& pickle) {
  return zip_of({{"net/data.pkl", pickle},
                 {"net/byteorder", "little"},
                 {"net/data/0", little(0x3f800000, 4) + std::string(20, '\0')},
                 {"net/version", "3\n"}});
}

}  // namespace onecycle
