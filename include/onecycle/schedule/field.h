// The description of a policy's options, from which flags, help, JSON, documents and checks follow.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"

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

/// One option of the policy `P`: a member and what there is to say about it.
template <class P, class T>
struct Field {
  std::string_view name;
  T P::*member;
  std::string_view unit;     ///< `fraction`, `factor`, `iterations`, `choice`, `yes/no`
  std::string_view meaning;  ///< one line
  Range range = kAnyNumber;
  std::string_view default_note = {};  ///< what an unset optional stands for
};

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
};

namespace detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

/// The value as text; an unset optional is `auto`.
template <class T>
std::string print_value(const T& value) {
  if constexpr (IsOptional<T>::value) {
    return value ? print_value(*value) : "auto";
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(names_of(value)[static_cast<std::size_t>(value)]);
  } else {
    return cat(value);
  }
}

/// Reads what `print_value` writes (and `yes`/`no`, `1`/`0` for true and false).
template <class T>
std::optional<T> parse_value(std::string_view text) {
  if constexpr (IsOptional<T>::value) {
    if (text == "auto") {
      return std::optional<T>{std::in_place};
    }
    // An optional in an optional: the outer one says whether the text could be read.
    const auto inner = parse_value<typename T::value_type>(text);
    if (!inner) {
      return std::nullopt;
    }
    std::optional<T> read(std::in_place);
    read->emplace(*inner);
    return read;
  } else if constexpr (std::is_enum_v<T>) {
    const auto names = names_of(T{});
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == text) {
        return static_cast<T>(i);
      }
    }
    return std::nullopt;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (text == "true" || text == "yes" || text == "1") {
      return true;
    }
    return text == "false" || text == "no" || text == "0" ? std::optional(false) : std::nullopt;
  } else if constexpr (std::is_integral_v<T>) {
    return parse_integer(text);
  } else {
    return parse_number(text);
  }
}

template <class T>
std::vector<std::string> choices_of() {
  if constexpr (IsOptional<T>::value) {
    return choices_of<typename T::value_type>();
  } else if constexpr (std::is_enum_v<T>) {
    const auto names = names_of(T{});
    return {names.begin(), names.end()};
  } else {
    return {};
  }
}

/// What a field accepts, in words.
template <class P, class T>
std::string accepted(const Field<P, T>& field) {
  if (const auto choices = choices_of<T>(); !choices.empty()) {
    return "one of " + join(choices, ", ");
  }
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::optional<bool>>) {
    return "true or false";
  } else {
    return field.range.text();
  }
}

/// Throws a usage error if the value in `policy` is outside the field's range.
template <class P, class T>
void check_field(const P& policy, const Field<P, T>& field) {
  const auto check = [&](double x) {
    require(field.range.contains(x), ErrorKind::usage, P::name, ": ", field.name, ": expected ",
            field.range.text(), ", got ", x);
  };
  const T& value = policy.*field.member;
  if constexpr (std::is_same_v<T, std::optional<double>>) {
    if (value) {
      check(*value);
    }
  } else if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
    check(static_cast<double>(value));
  }
}

}  // namespace detail
}  // namespace onecycle
