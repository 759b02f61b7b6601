// A file from the network: whole and right, or an error; what was cut off goes on later.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace onecycle {

struct RemoteFile {
  std::string name;                        ///< what it is called here
  std::vector<std::string> urls;           ///< http or https; the first is tried first
  std::optional<std::int64_t> bytes = {};  ///< its size: checked before and while it arrives
  std::string sha256;                      ///< of all of it, 64 lower-case hexadecimal digits
};

struct DownloadOptions {
  double connect_timeout = 20;  ///< seconds until a connection stands
  double stall_timeout = 30;    ///< seconds with next to nothing, after which it counts as dead
  /// How often all URLs are asked without a further byte, where the failure may pass: no
  /// connection, a cut, a stall, an overloaded server. Others (no such file, another size, wrong
  /// bytes) rule the URL out at once.
  int tries = 5;
  double wait = 1;  ///< seconds before all are asked again; doubled each time, 30 at most
  /// Told the bytes that there are and the bytes to come to (0: not known), at least once a second;
  /// false interrupts.
  std::function<bool(std::int64_t done, std::int64_t total)> progress = {};
  /// Told, in one line, of each failure that is tried again.
  std::function<void(const std::string& what)> note = {};
};

/// Puts `file` at `path`, whose folder must exist; does nothing where it is. It grows as `path` +
/// `.part`, which stays after an interruption or a failure of the network; the next call goes on
/// from its end if the server agrees, else from the beginning. Follows at most 10 redirects, none
/// of them from https to http. Proxies are those of the environment (`https_proxy`, `no_proxy`,
/// ...).
///
/// Throws a data error if no URL gave the file (for wrong bytes it names both hashes; they are
/// removed), an interrupted one if `progress` said so, a usage one if the path cannot be written
/// to, and an internal one if the system fails (a full disk).
void download(const RemoteFile& file, const std::filesystem::path& path,
              const DownloadOptions& options = {});

}  // namespace onecycle
