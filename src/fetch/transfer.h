// One request for a file, or for the rest of it, and what came of it.
#pragma once

#include <string>

#include "fetch/part_file.h"
#include "onecycle/fetch/download.h"

namespace onecycle {

struct Attempt {
  enum class End {
    whole,        ///< the server has no more to send, and it is not too little
    may_pass,     ///< worth another try
    hopeless,     ///< this URL does not have the file
    interrupted,  ///< as `progress` wished
  };
  End end = End::whole;
  std::string why = {};  ///< for people, if it failed
};

/// Asks `url` for what `part` lacks of `file` and appends it. Begins anew where the server sends
/// all of it, or another piece than was asked for. Throws what writing throws.
Attempt transfer(const std::string& url, const RemoteFile& file, PartFile& part,
                 const DownloadOptions& options);

}  // namespace onecycle
