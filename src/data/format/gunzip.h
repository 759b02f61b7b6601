// Unpacks gzip, piece by piece, so that no more is unpacked than asked for.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace onecycle {

class GzipReader {
 public:
  /// Whether the bytes begin as such a file does.
  static bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

  /// `bytes` must outlive the reader; `source` names it in messages.
  GzipReader(std::string_view bytes, std::string source);
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;
  ~GzipReader();

  /// The next bytes, at most `size`; fewer at the end alone. Throws a data error if the file is
  /// damaged or cut off.
  std::string read(std::size_t size);

 private:
  /// Goes on with what follows in the file; false if nothing does.
  bool next_member();

  std::string source_;
  z_stream stream_{};
  bool ended_ = false;
};

}  // namespace onecycle
