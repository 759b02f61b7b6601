// What torch.save writes: the pickle, and the zip archive around it.

#include "fuzz/target.h"
#include "model/format/state_dict.h"
#include "model/format/zip_check.h"
#include "model/format/zip_directory.h"

namespace onecycle {
namespace {

/// Every view lies inside its storage.
void check(const PickledTensor& tensor) {
  std::int64_t elements = 1;
  for (const std::int64_t size : tensor.sizes) {
    elements *= size;
  }
  std::int64_t last = tensor.offset;
  for (std::size_t i = 0; elements > 0 && i < tensor.sizes.size(); ++i) {
    last += (tensor.sizes[i] - 1) * tensor.strides[i];
  }
  fuzz::expect(elements == 0 || (elements <= tensor.stored && last < tensor.stored),
               cat("a view inside its storage from ", tensor.name));
}

}  // namespace

void fuzz::read(std::string_view text) {
  may_refuse([&] {
    for (const PickledTensor& tensor : read_state_dict(text, "data.pkl")) {
      check(tensor);
    }
  });
  may_refuse([&] {
    const std::vector<ZipEntry> entries = read_zip_entries(text, "weights.pt");
    for (const ZipEntry& entry : entries) {
      expect(entry.begin <= text.size() && entry.size <= text.size() - entry.begin,
             cat("an entry inside the archive, got ", entry.name));
    }
    check_zip_entries(text, entries, "weights.pt");
  });
}

}  // namespace onecycle
