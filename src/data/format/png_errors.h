// What libpng calls when something is wrong; its error pointer is the `LongJump`.
#pragma once

#include <png.h>

#include "data/format/long_jump.h"

namespace onecycle {

[[noreturn]] inline void leave_png(png_structp png, png_const_charp reason) {
  static_cast<LongJump*>(png_get_error_ptr(png))->leave(reason);
}

/// Warnings are about what does not change a pixel.
inline void ignore_png(png_structp /*png*/, png_const_charp /*warning*/) {}

}  // namespace onecycle
