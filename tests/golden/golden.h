// What a golden check is, and the tools that checks are written with.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"

namespace onecycle::golden {

using nlohmann::json;

/// One case of a file, with what its file shares.
struct Case {
  std::string id;
  const json& params;
  const json& expected;
  const json& fixtures;
  const json& tolerance;
};

/// Why a case failed, in one line.
class Mismatch : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Returns if the library gives what the case expects; throws (a `Mismatch`, or what the library
/// or the reading of the case threw) if not.
using Check = void (*)(const Case&);
/// The checks of one family, by kind.
using Kinds = std::map<std::string, Check, std::less<>>;

/// A number, or one of the strings `NaN`, `Infinity`, `-Infinity`.
double number(const json& value);
std::vector<double> numbers(const json& list);
/// The parameter if it is there and not null, else the default.
double number_or(const json& params, const char* name, double fallback);
std::optional<double> optional_number(const json& params, const char* name);
bool flag_or(const json& params, const char* name, bool fallback);
/// A list as it is, anything else as a list of one.
std::vector<double> listed(const json& value);
bool has(const json& object, const char* name);

/// Sets the peer's option, if the case gives it, as `OneCycle`'s.
template <class T>
void take(const json& params, const char* name, T& option) {
  if (has(params, name)) {
    option = number(params.at(name));
  }
}

/// How far a value may be from the expected one.
struct Tolerance {
  double rel = 0.0;
  double abs = 0.0;
  double of_peak = 0.0;  ///< times the largest magnitude of the trace

  /// The file's own: `rel`, `abs`, `abs_of_peak`.
  static Tolerance of(const Case& golden_case);
  /// The same with another entry of the file's tolerance as `rel`.
  static Tolerance of(const Case& golden_case, const char* rel);
  [[nodiscard]] bool accepts(double expected, double got, double peak) const;
};

/// Throws a `Mismatch` that names `what` unless `got` is within the tolerance.
void expect_number(std::string_view what, const json& expected, double got, Tolerance tolerance);
/// The same for a list; the message shows the first step that differs.
void expect_list(std::string_view what, const json& expected, const std::vector<double>& got,
                 Tolerance tolerance);
/// The same for `expected[t][group]`, `row(t)` being our values at step t.
void expect_trace(std::string_view what, const json& expected,
                  const std::function<std::vector<double>(std::size_t t)>& row, Tolerance tolerance,
                  const std::set<std::size_t>& skipped = {});
void expect(bool condition, std::string_view claim);

/// For cases where the peer refuses: whether `action` ends with an `Error` about the request.
bool refuses(const std::function<void()>& action);

}  // namespace onecycle::golden
