// The description of a policy's options, from which flags, help, JSON, documents and checks follow.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/schedule/field_value.h"

namespace onecycle {

/// The numbers that a field accepts, all of them finite.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;   ///< `low` itself is not accepted
  bool high_open = false;  ///< `high` itself is not accepted

  [[nodiscard]] bool contains(double x) const {
    return std::isfinite(x) && (low_open ? x > low : x >= low) &&
           (high_open ? x < high : x <= high);
  }
  /// As in `[0, 1)`, or `any number`, `> 0`, `>= 1`.
  [[nodiscard]] std::string text() const;
};

/// Any number.
inline constexpr Range kAnyNumber{};
/// Fractions with both ends.
inline constexpr Range kFraction{.low = 0.0, .high = 1.0};
/// Numbers above 0.
inline constexpr Range kPositive{.low = 0.0, .low_open = true};
/// 0 and above.
inline constexpr Range kNotNegative{.low = 0.0};
/// 1 and above.
inline constexpr Range kAtLeastOne{.low = 1.0};
/// Lengths of something: below, nothing happens within the precision of numbers.
inline constexpr Range kSomeLength{.low = 1e-9};
/// Numbers of cycles and the like.
inline constexpr Range kCount{.low = 1.0, .high = 1e6};
/// Momenta: from 0 to below 1.
inline constexpr Range kMomentum{.low = 0.0, .high = 1.0, .high_open = true};

/// One option of the policy `P`: a member and what there is to say about it.
template <class P, class T>
struct Field {
  std::string_view name;
  T P::*member;
  std::string_view unit;     ///< `fraction`, `factor`, `length`, `count`, `choice`, `yes/no`, ...
  std::string_view meaning;  ///< one line
  Range range = kAnyNumber;
  std::string_view default_note = {};  ///< what an unset optional stands for
};

/// The same with the types left to the compiler: `field("div", &P::div, "factor", "...")`.
template <class P, class T>
constexpr Field<P, T> field(std::string_view name, T P::*member, std::string_view unit,
                            std::string_view meaning, Range range = kAnyNumber,
                            std::string_view default_note = {}) {
  return {name, member, unit, meaning, range, default_note};
}

/// A field in words, for help and documents.
struct FieldInfo {
  std::string name;
  std::string default_value;
  std::string range;
  std::string unit;
  std::string meaning;
  std::vector<std::string> choices;  ///< the names of an enumeration; empty otherwise
};

/// One option and its value as text, as in `pct_start` and `0.25`.
struct Setting {
  std::string name;
  std::string value;
  std::string place = {};  ///< where it stands in a longer text, for messages: `column 12`
};

namespace detail {

/// What a field accepts, in words.
template <class P, class T>
std::string accepted(const Field<P, T>& field) {
  using Plain = typename Unwrapped<T>::type;
  if constexpr (std::is_enum_v<Plain>) {
    return "one of " + join(choices_of<T>(), ", ");
  } else if constexpr (std::is_same_v<Plain, bool>) {
    return "true or false";
  } else if constexpr (std::is_arithmetic_v<Plain>) {
    return field.range.text();
  } else if constexpr (std::is_same_v<Plain, std::string>) {
    return "a name";
  } else if constexpr (Unwrapped<T>::list) {
    return cat("a list in brackets, each ", Unwrapped<T>::item::accepts);
  } else {
    return std::string(Plain::accepts);
  }
}

/// Throws a usage error if the value in `policy` is outside the field's range.
template <class P, class T>
void check_field(const P& policy, const Field<P, T>& field) {
  const auto check = [&](double x) {
    require(field.range.contains(x), ErrorKind::usage, P::name, ": ", field.name, ": expected ",
            field.range.text(), ", got ", x);
  };
  for_each_number(policy.*field.member, check);
}

/// `policy`, with all its fields checked.
template <class P>
P checked(P policy) {
  std::apply([&](const auto&... field) { (check_field(policy, field), ...); }, P::fields());
  return policy;
}

}  // namespace detail
}  // namespace onecycle
