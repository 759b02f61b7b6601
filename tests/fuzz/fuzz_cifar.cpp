// CIFAR's records and its names of classes. Records of zeros follow the input, which few inputs
// would be long enough without.

#include <algorithm>

#include "data/format/cifar_records.h"
#include "fuzz/target.h"

namespace onecycle {
namespace {

void read_records(std::string_view text, const CifarKind& kind) {
  CifarRecords records;
  append_cifar(records, text, "file.bin", kind);
  fuzz::expect(records.pixels.size() == records.targets.size() * 3072, "3072 bytes for a label");
  for (const std::int64_t target : records.targets) {
    fuzz::expect(target >= 0 && target < kind.classes, cat("a class, got ", target));
  }
}

}  // namespace

void fuzz::read(std::string_view text) {
  for (const CifarKind& kind : {kCifar10, kCifar100}) {
    may_refuse([&] { read_records(text, kind); });
    may_refuse([&] {
      const std::size_t record = kind.labels + 3072;
      std::string whole(text);
      whole.resize((text.size() / record + 1) * record);
      read_records(whole, kind);
    });
    may_refuse([&] {
      const auto names = parse_cifar_names(text, "names.txt", kind);
      expect(static_cast<std::int64_t>(names.size()) == kind.classes, "a name for each class");
    });
  }
}

}  // namespace onecycle
