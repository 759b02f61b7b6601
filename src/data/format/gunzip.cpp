#include "data/format/gunzip.h"

#include <algorithm>
#include <limits>
#include <new>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr int kGzipOnly = 15 + 16;  // the largest window, with the header of gzip

}  // namespace

GzipReader::GzipReader(std::string_view bytes, std::string source) : source_(std::move(source)) {
  require(bytes.size() <= std::numeric_limits<uInt>::max(), ErrorKind::data, source_,
          ": expected less than 4 GiB of gzip, got ", bytes.size(), " bytes; unpack it");
  // NOLINTNEXTLINE(*-reinterpret-cast,*-const-cast): bytes, which zlib reads and never writes
  stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream_.avail_in = static_cast<uInt>(bytes.size());
  if (inflateInit2(&stream_, kGzipOnly) != Z_OK) {
    throw std::bad_alloc();
  }
}

GzipReader::~GzipReader() { inflateEnd(&stream_); }

std::string GzipReader::read(std::size_t size) {
  std::string out(size, '\0');
  std::size_t used = 0;
  while (used < size && !ended_) {
    const auto room =
        static_cast<uInt>(std::min<std::size_t>(size - used, std::numeric_limits<uInt>::max()));
    // NOLINTNEXTLINE(*-reinterpret-cast): bytes are text elsewhere
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream_.avail_out = room;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    used += room - stream_.avail_out;
    if (result == Z_STREAM_END) {
      ended_ = !next_member();
    } else {
      require(result == Z_OK, ErrorKind::data, source_, ": expected whole gzip, got ",
              result == Z_BUF_ERROR ? "the end of the file" : "other bytes", " after ",
              stream_.total_in, " bytes; it is damaged or cut off: copy it again");
    }
  }
  out.resize(used);
  return out;
}

bool GzipReader::next_member() {
  // NOLINTNEXTLINE(*-reinterpret-cast): bytes are text elsewhere
  const std::string_view rest(reinterpret_cast<const char*>(stream_.next_in), stream_.avail_in);
  return is_gzip(rest) && inflateReset(&stream_) == Z_OK;
}

}  // namespace onecycle
