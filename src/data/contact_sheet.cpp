#include "onecycle/data/contact_sheet.h"

#include <algorithm>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr int kGap = 128;  // mid grey: neither paper nor ink

}  // namespace

torch::Tensor contact_sheet(const torch::Tensor& images, const ContactSheetOptions& options) {
  require(images.dim() == 4 && images.scalar_type() == torch::kByte && images.size(0) > 0 &&
              (images.size(1) == 1 || images.size(1) == 3),
          ErrorKind::usage,
          "contact sheet: expected uint8 images [n, 1 or 3, height, width], got a tensor of ",
          images.dim(), " dimensions");
  require(options.columns >= 1 && options.gap >= 0 && options.scale >= 1, ErrorKind::usage,
          "contact sheet: expected columns >= 1, gap >= 0 and scale >= 1, got ", options.columns,
          ", ", options.gap, " and ", options.scale);
  const torch::Tensor large = images.expand({-1, 3, -1, -1})
                                  .repeat_interleave(options.scale, 2)
                                  .repeat_interleave(options.scale, 3);
  const std::int64_t columns = std::min(options.columns, images.size(0));
  const std::int64_t rows = (images.size(0) + columns - 1) / columns;
  const std::int64_t down = large.size(2) + options.gap;
  const std::int64_t right = large.size(3) + options.gap;
  torch::Tensor sheet =
      at::full({3, rows * down + options.gap, columns * right + options.gap}, kGap, torch::kByte);
  for (std::int64_t i = 0; i < large.size(0); ++i) {
    sheet.narrow(1, i / columns * down + options.gap, large.size(2))
        .narrow(2, i % columns * right + options.gap, large.size(3))
        .copy_(large[i]);
  }
  return sheet;
}

}  // namespace onecycle
