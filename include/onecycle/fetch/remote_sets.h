// Data sets that can be downloaded: what they are, where they lie, and whose they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/fetch/download.h"

namespace onecycle {

struct RemoteSet {
  std::string name;  ///< also of its folder
  std::string what = {};
  std::string examples = {};  ///< how many, for training and for validation
  std::vector<RemoteFile> files = {};
  bool unpacks = false;  ///< the files are archives; else the folder holds them as they are
  std::optional<std::int64_t> unpacked_bytes = {};  ///< at most so many, if that is known
  std::string holds = {};                           ///< what lies in the folder afterwards
  std::string credit = {};                          ///< authors and source
  std::string licence = {};
};

/// All known by name: mnist, fashion_mnist, cifar10, cifar100, imagenette.
const std::vector<RemoteSet>& remote_sets();

/// Throws a usage error that names the nearest if there is none of that name.
const RemoteSet& remote_set(std::string_view name);

/// The bytes of all its files, if all are known.
std::optional<std::int64_t> download_bytes(const RemoteSet& set);

/// A set of one file at any URL, called like the file without its ending; an archive unpacks.
/// Throws a usage error if the URL is not http or https or does not end in the name of a file, or
/// if `sha256` is not 64 hexadecimal digits.
RemoteSet set_at(const std::string& url, std::string sha256,
                 std::optional<std::int64_t> bytes = std::nullopt);

/// The same set from other places: each of `mirrors` holds the files under their names. Throws a
/// usage error if one of them is not http or https.
RemoteSet from_mirrors(RemoteSet set, const std::vector<std::string>& mirrors);

}  // namespace onecycle
