#include "data/safetensors_header.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "onecycle/core/error.h"

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

namespace onecycle {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLengthSize = sizeof(std::uint64_t);
constexpr std::size_t kAlignment = 8;
constexpr std::uint64_t kLongestHeader = 100'000'000;  // the reference reader's limit
constexpr std::string_view kMetadata = "__metadata__";

class HeaderReader {
 public:
  HeaderReader(std::string_view bytes, const std::string& file) : file_(file) {
    check(bytes.size() >= kLengthSize, bytes.size(), "expected 8 bytes of header length, got ",
          bytes.size());
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), kLengthSize);
    check(length <= kLongestHeader, 0, "expected a header of at most ", kLongestHeader,
          " bytes, got a length of ", length);
    check(length <= bytes.size() - kLengthSize, 0, "expected a header of ", length, " bytes, got ",
          bytes.size() - kLengthSize);
    text_ = bytes.substr(kLengthSize, length);
    data_size_ = bytes.size() - kLengthSize - length;
  }

  TensorHeader read() {
    check(text_.starts_with('{'), kLengthSize, "expected a header that begins with '{'");
    TensorHeader header{.entries = {}, .metadata = {}, .data = kLengthSize + text_.size()};
    const auto json = parse();
    for (const auto& [name, value] : json.items()) {
      if (name == kMetadata) {
        header.metadata = read_metadata(value);
      } else {
        header.entries.push_back(read_entry(name, value));
      }
    }
    check_coverage(header.entries);
    return header;
  }

 private:
  template <class... Parts>
  void check(bool condition, std::size_t byte, const Parts&... parts) const {
    require(condition, ErrorKind::checkpoint, file_, ":", byte, ": ", parts...,
            "; the file is damaged or no safetensors file");
  }

  template <class... Parts>
  void check_entry(bool condition, const std::string& name, const Parts&... parts) const {
    if (!condition) {
      check(false, find_key(name), "tensor '", name, "': ", parts...);
    }
  }

  // Where the key stands in the file; the header's begin if it is written with escapes of its own.
  std::size_t find_key(const std::string& name) const {
    const auto key = Json(name).dump();
    for (auto at = text_.find(key); at != std::string_view::npos; at = text_.find(key, at + 1)) {
      const auto next = text_.find_first_not_of(" \t\r\n", at + key.size());
      if (next != std::string_view::npos && text_[next] == ':') {
        return kLengthSize + at;
      }
    }
    return kLengthSize;
  }

  // JSON itself lets a key be repeated, and the parser would keep the last.
  Json parse() const {
    std::vector<std::set<std::string>> keys;
    const auto note = [&](int depth, Json::parse_event_t event, Json& parsed) {
      const auto level = static_cast<std::size_t>(depth);
      if (event == Json::parse_event_t::object_start) {
        keys.resize(std::max(keys.size(), level + 2));
        keys[level + 1].clear();
      } else if (event == Json::parse_event_t::key) {
        const auto& key = parsed.get_ref<const std::string&>();
        if (!keys[level].insert(key).second) {
          check(false, find_key(key), "expected each name once, got '", key, "' twice");
        }
      }
      return true;
    };
    try {
      return Json::parse(text_.begin(), text_.end(), note);
    } catch (const Json::parse_error& error) {
      const auto byte = std::clamp<std::size_t>(error.byte, 1, text_.size() + 1) - 1;
      check(false, kLengthSize + byte, "expected a JSON header, got text that is none");
    } catch (const Json::out_of_range&) {
      check(false, kLengthSize, "expected a JSON header, got a number that fits no type in it");
    }
    return {};
  }

  std::map<std::string, std::string> read_metadata(const Json& json) const {
    const auto byte = find_key(std::string(kMetadata));
    check(json.is_object(), byte, "expected '__metadata__' to be an object");
    std::map<std::string, std::string> metadata;
    for (const auto& [key, value] : json.items()) {
      check(value.is_string(), byte, "expected text as metadata '", key, "'");
      metadata[key] = value.get<std::string>();
    }
    return metadata;
  }

  TensorEntry read_entry(const std::string& name, const Json& json) const {
    check_entry(json.is_object(), name, "expected an object");
    for (const auto* key : {"dtype", "shape", "data_offsets"}) {
      check_entry(json.contains(key), name, "expected '", key, "', got none");
    }
    for (const auto& [key, unused] : json.items()) {
      check_entry(key == "dtype" || key == "shape" || key == "data_offsets", name,
                  "expected dtype, shape and data_offsets, got '", key, "'");
    }
    TensorEntry entry{
        .name = name, .type = read_type(name, json.at("dtype")), .shape = {}, .begin = 0, .end = 0};
    const auto size = read_shape(entry, json.at("shape"));
    read_offsets(entry, json.at("data_offsets"));
    check_entry(entry.end - entry.begin == size, name, "expected ", size,
                " bytes for its type and shape, got data_offsets of ", entry.end - entry.begin);
    return entry;
  }

  const TensorType* read_type(const std::string& name, const Json& json) const {
    check_entry(json.is_string(), name, "expected text as dtype");
    const auto& text = json.get_ref<const std::string&>();
    for (const auto& type : tensor_types()) {
      if (type.name == text) {
        return &type;
      }
    }
    std::vector<std::string> known;
    for (const auto& type : tensor_types()) {
      known.emplace_back(type.name);
    }
    fail(ErrorKind::checkpoint, file_, ":", find_key(name), ": tensor '", name,
         "': expected a dtype of ", join(known, ", "), ", got '", text,
         "'; convert it before saving");
  }

  // Returns the bytes that the tensor takes.
  std::size_t read_shape(TensorEntry& entry, const Json& json) const {
    check_entry(json.is_array(), entry.name, "expected a list as shape");
    auto bytes = static_cast<std::int64_t>(entry.type->size);
    for (const auto& size : json) {
      check_entry(size.is_number_unsigned() &&
                      size.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max(),
                  entry.name, "expected sizes from 0 in its shape, got ", size.dump());
      entry.shape.push_back(size.get<std::int64_t>());
      check_entry(!__builtin_mul_overflow(bytes, entry.shape.back(), &bytes), entry.name,
                  "expected a shape that fits into memory, got ", json.dump());
    }
    return static_cast<std::size_t>(bytes);
  }

  void read_offsets(TensorEntry& entry, const Json& json) const {
    check_entry(json.is_array() && json.size() == 2 && json[0].is_number_unsigned() &&
                    json[1].is_number_unsigned(),
                entry.name, "expected two offsets from 0 as data_offsets, got ", json.dump());
    entry.begin = json[0].get<std::size_t>();
    entry.end = json[1].get<std::size_t>();
    check_entry(entry.begin <= entry.end && entry.end <= data_size_, entry.name,
                "expected offsets in order within ", data_size_, " bytes of data, got ",
                json.dump());
  }

  void check_coverage(const std::vector<TensorEntry>& entries) const {
    std::vector<const TensorEntry*> order;
    order.reserve(entries.size());
    for (const auto& entry : entries) {
      order.push_back(&entry);
    }
    std::sort(order.begin(), order.end(), [](const TensorEntry* a, const TensorEntry* b) {
      return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
    });
    std::size_t at = 0;
    for (const auto* entry : order) {
      check_entry(entry->begin == at, entry->name, "expected data from offset ", at, ", got ",
                  entry->begin, entry->begin < at ? " (overlap)" : " (gap)");
      at = entry->end;
    }
    check(at == data_size_, kLengthSize + text_.size() + at, "expected ", at,
          " bytes of data, got ", data_size_);
  }

  const std::string& file_;
  std::string_view text_;
  std::size_t data_size_ = 0;
};

}  // namespace

const std::vector<TensorType>& tensor_types() {
  static const std::vector<TensorType> types = {{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2},
                                                {"I64", 8}, {"I32", 4}, {"I16", 2}, {"I8", 1},
                                                {"U8", 1},  {"BOOL", 1}};
  return types;
}

TensorHeader read_tensor_header(std::string_view bytes, const std::string& file) {
  return HeaderReader(bytes, file).read();
}

std::string write_tensor_header(const std::vector<TensorEntry>& entries,
                                const std::map<std::string, std::string>& metadata) {
  auto json = Json::object();
  if (!metadata.empty()) {
    json[std::string(kMetadata)] = metadata;
  }
  for (const auto& entry : entries) {
    require(entry.name != kMetadata && !json.contains(entry.name), ErrorKind::usage,
            "safetensors: expected distinct names other than ", kMetadata, ", got '", entry.name,
            "'; rename the tensor");
    json[entry.name] = {{"dtype", std::string(entry.type->name)},
                        {"shape", entry.shape},
                        {"data_offsets", {entry.begin, entry.end}}};
  }
  std::string text;
  try {
    text = json.dump();
  } catch (const Json::type_error&) {
    fail(ErrorKind::usage, "safetensors: expected names and metadata in UTF-8; change the text");
  }
  text.resize((text.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
  require(text.size() <= kLongestHeader, ErrorKind::usage, "safetensors: expected a header of at ",
          "most ", kLongestHeader, " bytes, got ", text.size(), "; shorten the metadata");
  const std::uint64_t length = text.size();
  std::string header(kLengthSize, '\0');
  std::memcpy(header.data(), &length, kLengthSize);
  return header + text;
}

}  // namespace onecycle
