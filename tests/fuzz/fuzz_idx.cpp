// IDX files, plain and packed: as many numbers as their shape says.

#include "data/format/idx_array.h"
#include "fuzz/target.h"

namespace onecycle {

void fuzz::read(std::string_view text) {
  may_refuse([&] {
    const IdxArray array = parse_idx(text, "file.idx");
    std::size_t size = idx_types().at(array.type).size;
    for (const std::int64_t dimension : array.shape) {
      expect(dimension >= 1, cat("sizes from 1, got ", dimension));
      size *= static_cast<std::size_t>(dimension);
    }
    expect(size == array.data.size(), cat(size, " bytes, got ", array.data.size()));
  });
}

}  // namespace onecycle
