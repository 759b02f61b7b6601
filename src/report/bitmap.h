// Small pictures as files that every browser shows.
#pragma once

#include <string>

#include "onecycle/record/predictions.h"

namespace onecycle {

/// `picture` as a BMP file in a `data:` address.
std::string bitmap_address(const Picture& picture);

}  // namespace onecycle
