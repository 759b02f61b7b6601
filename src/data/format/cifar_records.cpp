#include "data/format/cifar_records.h"

#include <utility>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"

namespace onecycle {
namespace {

constexpr std::size_t kPixelBytes = kCifarChannels * kCifarSide * kCifarSide;

}  // namespace

void append_cifar(CifarRecords& records, std::string_view bytes, const std::string& source,
                  const CifarKind& kind) {
  const std::size_t record_size = kind.labels + kPixelBytes;
  require(!bytes.empty() && bytes.size() % record_size == 0, ErrorKind::data, source,
          ": expected records of ", record_size, " bytes, got ", bytes.size(),
          " bytes; it is cut off, or no binary version of CIFAR-", kind.classes);
  const std::size_t count = bytes.size() / record_size;
  records.targets.reserve(records.targets.size() + count);
  records.pixels.reserve(records.pixels.size() + count * kPixelBytes);
  for (std::size_t at = 0; at < bytes.size(); at += record_size) {
    const std::size_t label_at = at + kind.labels - 1;
    const std::int64_t label = static_cast<unsigned char>(bytes[label_at]);
    require(label < kind.classes, ErrorKind::data, source, ":", label_at,
            ": expected a label below ", kind.classes, ", got ", label,
            "; it is damaged, or no binary version of CIFAR-", kind.classes);
    records.targets.push_back(label);
    records.pixels += bytes.substr(at + kind.labels, kPixelBytes);
  }
}

std::vector<std::string> parse_cifar_names(std::string_view text, const std::string& source,
                                           const CifarKind& kind) {
  std::vector<std::string> names;
  for (const auto& line : split(trim(text), '\n')) {
    names.emplace_back(trim(line));
  }
  require(std::cmp_equal(names.size(), kind.classes), ErrorKind::data, source,
          ": expected the names of ", kind.classes, " classes, one a line, got ", names.size());
  return names;
}

}  // namespace onecycle
