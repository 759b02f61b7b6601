// The handwritten digits that come with the library.
#pragma once

#include <string_view>

#include "onecycle/data/task.h"

namespace onecycle {

/// Whom to name, and under which licence the digits may be passed on.
inline constexpr std::string_view kDigitsCredit =
    "E. Alpaydin, C. Kaynak, \"Optical Recognition of Handwritten Digits\", UCI Machine Learning "
    "Repository, 1998; CC BY 4.0";

/// 1,797 images: inputs float32 [1797, 1, 8, 8] in 0 .. 1 (0 is paper), targets 0 .. 9.
LoadedData digits();

}  // namespace onecycle
