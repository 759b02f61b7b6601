// The one thing of EXIF that matters here: which way up an image is.
#pragma once

#include <string_view>

namespace onecycle {

/// The orientation, 1 .. 8, that the TIFF structure `tiff` (an APP1 segment after `Exif\0\0`) gives
/// in its first directory. 1, upright, if it gives none, or anything is amiss.
///
/// Source: CIPA DC-008 (Exif 2.3), 4.6.4, tag 0x0112.
int exif_orientation(std::string_view tiff);

}  // namespace onecycle
