// Whole files in and out; what is written appears complete or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace onecycle {

/// All bytes of a file. Throws a data error that names the path and the system's reason.
std::string read_file(const std::filesystem::path& path);

/// A text file in pieces of whole lines, so that a long one takes little memory.
class FilePieces {
 public:
  /// `size`: bytes of a piece; one whose last line is longer grows. Throws what `read_file` throws.
  explicit FilePieces(std::filesystem::path path, std::size_t size = std::size_t{4} << 20);
  FilePieces(const FilePieces&) = delete;
  FilePieces& operator=(const FilePieces&) = delete;
  ~FilePieces();

  /// The next lines; empty at the end of the file.
  std::string next();

 private:
  std::filesystem::path path_;
  std::size_t size_;
  int descriptor_;
  std::string begun_;  // the line that the last piece ended in
};

/// Writes a file so that at any moment `path` is the old file or the whole new one: to a temporary
/// name in the same folder, synced, then renamed. A link is followed; a device or pipe is written
/// to directly. The folder must exist. Throws a usage error if the path cannot be written to, an
/// internal one if the system fails while writing (a full disk); neither leaves anything behind.
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// `write_file` piece by piece: without `commit` nothing appears at `path`.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(const void* bytes, std::size_t size);
  void write(std::string_view text) { write(text.data(), text.size()); }

  /// Puts the file at `path`. Nothing may be written after it.
  void commit();

 private:
  void close_quietly() noexcept;

  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty if written to directly
  int descriptor_ = -1;
};

/// A name for a file in the folder for temporary files; what is there at the end is removed.
class TemporaryFile {
 public:
  /// The name begins with `prefix`. Throws an internal error if there can be no such file.
  explicit TemporaryFile(std::string_view prefix);
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace onecycle
