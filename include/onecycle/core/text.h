// Text in and out: numbers that survive a round trip, messages from parts, nearest names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace onecycle {

/// The shortest decimal text that reads back as the same float64; `nan`, `inf`, `-inf` otherwise.
std::string format_number(double value);

/// `value` to `digits` significant digits, for people: `0.0123`, `1.2e-07`, `3`.
std::string format_brief(double value, int digits = 3);

/// A duration in seconds as people read it: `0.42 s`, `12.3 s`, `3:07`, `2:05:09`.
std::string format_duration(double seconds);

/// A size as people read it: `512 bytes`, `9.91 MB`; 1 kB is 1000 bytes.
std::string format_bytes(std::int64_t bytes);

/// The whole of `text` as a number (decimal point, optional exponent, `nan`, `inf`); surrounding
/// blanks are allowed. Nothing if any part of it is not a number.
std::optional<double> parse_number(std::string_view text);

/// The whole of `text` as an integer; nothing if it is not one or does not fit.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// A number of bytes: `1048576`, `1.5 MB`, `2GiB`. The units are B, kB, MB, GB, TB (powers of 1000)
/// and KiB, MiB, GiB, TiB (of 1024), in any case. Nothing if it is none, negative or too large.
std::optional<std::int64_t> parse_bytes(std::string_view text);

/// `text` without blanks, tabs and line ends at both ends.
std::string_view trim(std::string_view text);

/// The pieces of `text` between separators; always at least one.
std::vector<std::string> split(std::string_view text, char separator);

/// The pieces with `separator` between them.
std::string join(const std::vector<std::string>& pieces, std::string_view separator);

/// The member of `candidates` that is nearest to `name` by edit distance (adjacent swaps count
/// one), or nothing if all differ in more than a third of their letters.
std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates);

/// `; did you mean 'X'?` if a candidate is near, else `; known: a, b, c`. For messages about
/// unknown names.
std::string suggest_name(std::string_view name, const std::vector<std::string>& candidates);

namespace detail {
template <class Part>
void append(std::string& out, const Part& part) {
  if constexpr (std::is_same_v<Part, bool>) {
    out += part ? "true" : "false";
  } else if constexpr (std::is_same_v<Part, char>) {
    out += part;
  } else if constexpr (std::is_floating_point_v<Part>) {
    out += format_number(static_cast<double>(part));
  } else if constexpr (std::is_integral_v<Part>) {
    out += std::to_string(part);
  } else {
    out += std::string_view(part);
  }
}
}  // namespace detail

/// All parts after one another: text as it is, numbers as `format_number` writes them.
template <class... Parts>
std::string cat(const Parts&... parts) {
  std::string out;
  (detail::append(out, parts), ...);
  return out;
}

}  // namespace onecycle
