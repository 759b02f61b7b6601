// The values that an option of a policy may have, to text and back: numbers, yes or no, choices,
// names, lists, any of them left open, and types with a notation of their own: `T::parse` reads
// what `text` writes, `T::accepts` says what that is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "onecycle/core/text.h"
#include "onecycle/schedule/length.h"

namespace onecycle {

/// A point of a curve: a value, and when it holds. As text `at:value`, as in `10%:0.5`.
struct Knot {
  Length at = Length::iterations(0.0);
  double value = 0.0;

  static constexpr std::string_view accepts = "a point such as 10%:0.5 or 100:0.5";
  static std::optional<Knot> parse(std::string_view text);
  [[nodiscard]] std::string text() const { return cat(at.text(), ":", value); }
  bool operator==(const Knot&) const = default;
};

namespace detail {

/// What an optional or a list holds, else the type itself.
template <class T>
struct Unwrapped {
  using type = T;
  static constexpr bool optional = false;
  static constexpr bool list = false;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using type = T;
  static constexpr bool optional = true;
  static constexpr bool list = false;
};
template <class T>
struct Unwrapped<std::vector<T>> {
  using type = std::vector<T>;
  using item = T;
  static constexpr bool optional = false;
  static constexpr bool list = true;
};

/// The value as text; an unset optional is `auto`.
template <class T>
std::string print_value(const T& value) {
  if constexpr (Unwrapped<T>::optional) {
    return value ? print_value(*value) : "auto";
  } else if constexpr (Unwrapped<T>::list) {
    std::vector<std::string> items;
    items.reserve(value.size());
    for (const auto& item : value) {
      items.push_back(print_value(item));
    }
    return cat("[", join(items, ", "), "]");
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(names_of(value)[static_cast<std::size_t>(value)]);
  } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
    return cat(value);
  } else {
    return value.text();
  }
}

template <class T>
std::optional<T> parse_value(std::string_view text);

template <class T>
std::optional<std::vector<T>> parse_list(std::string_view text) {
  if (text.size() < 2 || !text.starts_with('[') || !text.ends_with(']')) {
    return std::nullopt;
  }
  text = trim(text.substr(1, text.size() - 2));
  std::vector<T> items;
  for (const std::string& piece : text.empty() ? std::vector<std::string>{} : split(text, ',')) {
    auto item = parse_value<T>(trim(piece));
    if (!item) {
      return std::nullopt;
    }
    items.push_back(*std::move(item));
  }
  return items;
}

template <class T>
std::optional<T> parse_choice(std::string_view text) {
  const auto names = names_of(T{});
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) {
      return static_cast<T>(i);
    }
  }
  return std::nullopt;
}

inline std::optional<bool> parse_flag(std::string_view text) {
  if (text == "true" || text == "yes" || text == "1") {
    return true;
  }
  return text == "false" || text == "no" || text == "0" ? std::optional(false) : std::nullopt;
}

/// Reads what `print_value` writes (and `yes`/`no`, `1`/`0` for true and false).
template <class T>
std::optional<T> parse_value(std::string_view text) {
  if constexpr (Unwrapped<T>::optional) {
    if (text == "auto") {
      return std::optional<T>{std::in_place};
    }
    // An optional in an optional: the outer one says whether the text could be read.
    auto inner = parse_value<typename T::value_type>(text);
    return inner ? std::optional<T>(std::in_place, *std::move(inner)) : std::nullopt;
  } else if constexpr (Unwrapped<T>::list) {
    return parse_list<typename Unwrapped<T>::item>(text);
  } else if constexpr (std::is_enum_v<T>) {
    return parse_choice<T>(text);
  } else if constexpr (std::is_same_v<T, bool>) {
    return parse_flag(text);
  } else if constexpr (std::is_integral_v<T>) {
    return parse_integer(text);
  } else if constexpr (std::is_floating_point_v<T>) {
    return parse_number(text);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return std::string(text);
  } else {
    return T::parse(text);
  }
}

template <class T>
std::vector<std::string> choices_of() {
  using Plain = typename Unwrapped<T>::type;
  if constexpr (std::is_enum_v<Plain>) {
    const auto names = names_of(Plain{});
    return {names.begin(), names.end()};
  } else {
    return {};
  }
}

/// Calls `act` with each number in the value: of a length its amount, of a knot its value.
template <class T, class Act>
void for_each_number(const T& value, const Act& act) {
  if constexpr (Unwrapped<T>::optional) {
    if (value) {
      for_each_number(*value, act);
    }
  } else if constexpr (Unwrapped<T>::list) {
    for (const auto& item : value) {
      for_each_number(item, act);
    }
  } else if constexpr (std::is_same_v<T, Length>) {
    act(value.amount());
  } else if constexpr (std::is_same_v<T, Knot>) {
    act(value.value);
  } else if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
    act(static_cast<double>(value));
  }
}

}  // namespace detail
}  // namespace onecycle
