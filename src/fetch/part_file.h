// A file that is not whole yet: it survives the program, and knows the hash of what it has.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "onecycle/core/sha256.h"

namespace onecycle {

/// Stands at `path` + `.part` until it is published at `path`. Errors are those of `write_file`.
class PartFile {
 public:
  /// Opens what an earlier attempt left and reads it, or makes an empty one.
  explicit PartFile(std::filesystem::path path);
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile();  ///< leaves it where it stands

  [[nodiscard]] std::int64_t size() const { return size_; }
  /// Of all that is there.
  [[nodiscard]] std::string sha256() const { return hash_.hex(); }

  void append(std::string_view bytes);
  void clear();    ///< to no bytes
  void publish();  ///< syncs and renames it; nothing may be called after it
  void remove();   ///< the same

 private:
  void read_all();
  void close();

  std::filesystem::path path_;
  std::filesystem::path part_;
  int descriptor_;
  std::int64_t size_ = 0;
  Sha256 hash_;
};

}  // namespace onecycle
