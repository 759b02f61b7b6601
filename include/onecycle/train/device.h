// Which device to train on, from text.
#pragma once

#include <c10/core/Device.h>

#include <string_view>

namespace onecycle {

/// Reads `auto` (a CUDA device if there is one, else the CPU), `cpu`, `cuda` or `cuda:N`. Throws a
/// usage error that starts with `what` if the text is none of these or there is no such device.
c10::Device parse_device(std::string_view text, std::string_view what = "device");

/// Waits until everything that was asked of `device` is done; at once on the CPU. For timing.
void synchronize(c10::Device device);

}  // namespace onecycle
