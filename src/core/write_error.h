// What a failed write is to a user: an error with path and reason.
#pragma once

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "onecycle/core/error.h"

namespace onecycle {

/// What failed because of the path is the user's to mend, the rest is the system's failure.
[[noreturn]] inline void fail_write(const std::filesystem::path& path, int error) {
  const bool system = error == EIO || error == ENOSPC || error == EFBIG || error == EDQUOT ||
                      error == EMFILE || error == ENFILE || error == ENOMEM;
  fail(system ? ErrorKind::internal : ErrorKind::usage, path.native(),
       ": cannot be written: ", std::generic_category().message(error),
       error == ENOENT ? "; make the folder first or name another" : "");
}

}  // namespace onecycle
