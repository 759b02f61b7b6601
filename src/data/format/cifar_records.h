// The records of CIFAR's binary files, apart from any tensor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

struct CifarKind {
  std::int64_t classes;  ///< 10 or 100
  std::size_t labels;    ///< bytes before the pixels of a record; the last is the class
};

inline constexpr CifarKind kCifar10{.classes = 10, .labels = 1};
inline constexpr CifarKind kCifar100{.classes = 100, .labels = 2};

inline constexpr std::int64_t kCifarChannels = 3;
inline constexpr std::int64_t kCifarSide = 32;

struct CifarRecords {
  std::vector<std::int64_t> targets;
  std::string pixels;  ///< [records, 3, 32, 32]
};

/// Adds the records of the file `bytes`; for the errors see `open_cifar`.
void append_cifar(CifarRecords& records, std::string_view bytes, const std::string& source,
                  const CifarKind& kind);

/// The names of the classes: the lines of the file `text` but for blank ones at its end.
std::vector<std::string> parse_cifar_names(std::string_view text, const std::string& source,
                                           const CifarKind& kind);

}  // namespace onecycle
