#include "onecycle/train/device.h"

#include <torch/cuda.h>

#include "onecycle/core/error.h"

namespace onecycle {

c10::Device parse_device(std::string_view text, std::string_view what) {
  const c10::DeviceIndex cards = torch::cuda::device_count();
  if (text == "cpu" || (text == "auto" && cards == 0)) {
    return c10::kCPU;
  }
  std::optional<std::int64_t> index;
  if (text == "auto" || text == "cuda") {
    index = 0;
  } else if (text.starts_with("cuda:")) {
    index = parse_integer(text.substr(5));
  }
  require(index.has_value() && *index >= 0, ErrorKind::usage, what,
          ": expected auto, cpu, cuda or cuda:N, got '", text, "'");
  require(*index < cards, ErrorKind::usage, what, ": expected a CUDA device that exists, got '",
          text, "' with ", cards, " of them; use cpu");
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(*index)};
}

void synchronize(c10::Device device) {
  if (device.is_cuda()) {
    torch::cuda::synchronize(device.index());
  }
}

}  // namespace onecycle
