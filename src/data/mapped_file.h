// A file's bytes in memory, mapped copy-on-write.
#pragma once

#include <cstddef>
#include <filesystem>

namespace onecycle {

/// Maps a regular file; changes stay in memory. Throws a checkpoint error with the system's reason.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace onecycle
