// What the catalogues have in common: entries made from the fields of options, found by name.
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/schedule/field.h"
#include "onecycle/schedule/outline.h"

namespace onecycle::detail {

template <class P, class T>
FieldInfo describe(const Field<P, T>& field) {
  std::string value = print_value(P{}.*field.member);
  if (value == "auto" && !field.default_note.empty()) {
    value = field.default_note;
  }
  return {.name = std::string(field.name),
          .default_value = std::move(value),
          .range = accepted(field),
          .unit = std::string(field.unit),
          .meaning = std::string(field.meaning),
          .choices = choices_of<T>()};
}

/// Sets the field if it is the one that `setting` names.
template <class P, class T>
bool assign(P& policy, const Field<P, T>& field, const Setting& setting) {
  if (field.name != setting.name) {
    return false;
  }
  auto value = parse_value<T>(trim(setting.value));
  if (!value) {
    const auto choices = choices_of<T>();
    const auto near = nearest_name(setting.value, choices);
    fail(ErrorKind::usage, P::name, ": ", field.name, ": expected ", accepted(field), ", got '",
         setting.value, "'", near ? cat("; did you mean '", *near, "'?") : "");
  }
  policy.*field.member = *std::move(value);
  return true;
}

template <class P>
P make(const std::vector<Setting>& given) {
  P policy;
  std::vector<Setting> settings = given;
  if constexpr (requires { P::expand(settings); }) {
    settings = P::expand(std::move(settings));
  }
  for (const Setting& setting : settings) {
    const bool known = std::apply(
        [&](const auto&... field) { return (assign(policy, field, setting) || ...); }, P::fields());
    if (!known) {
      std::vector<std::string> names;
      std::apply([&](const auto&... field) { (names.emplace_back(field.name), ...); }, P::fields());
      fail(ErrorKind::usage, P::name, ": expected one of its options, got '", setting.name, "'",
           names.empty() ? "; it has none" : suggest_name(setting.name, names));
    }
  }
  return policy;
}

template <class Info, class P>
Info entry() {
  std::vector<FieldInfo> fields;
  std::apply([&](const auto&... field) { (fields.push_back(describe(field)), ...); }, P::fields());
  return {.name = std::string(P::name),
          .summary = std::string(P::summary),
          .source = std::string(P::source),
          .fields = std::move(fields),
          .make = [](const std::vector<Setting>& settings) {
            P made = checked(make<P>(settings));
            if constexpr (requires { made.check(); }) {
              made.check();
            }
            return made;
          }};
}

/// The entry called `name`; throws a usage error that names the nearest if there is none.
template <class Info>
const Info& find_entry(const std::vector<Info>& list, std::string_view what,
                       std::string_view name) {
  std::vector<std::string> names;
  for (const Info& entry : list) {
    if (entry.name == name) {
      return entry;
    }
    names.push_back(entry.name);
  }
  fail(ErrorKind::usage, "unknown ", what, " '", name, "'", suggest_name(name, names));
}

/// The place of the first setting with which the entry cannot be made; of the whole if there is
/// none.
template <class Info>
std::string place_of_fault(const Info& entry, const Outline& outline) {
  std::vector<Setting> settings;
  for (const Setting& setting : outline.settings) {
    settings.push_back(setting);
    try {
      (void)entry.make(settings);
    } catch (const Error&) {
      return setting.place;
    }
  }
  return outline.place;
}

[[noreturn]] inline void refuse(std::string_view source, const std::string& place,
                                const Error& error) {
  fail(error.kind(), source, place.empty() ? "" : ", ", place, ": ", error.what());
}

/// What `outline` names in the list that `find` looks into.
template <class Info>
auto make_named(const Outline& outline, std::string_view source,
                const Info& (*find)(std::string_view)) {
  const Info* entry = nullptr;
  try {
    entry = &find(outline.name);
    return entry->make(outline.settings);
  } catch (const Error& error) {
    refuse(source, entry == nullptr ? outline.place : place_of_fault(*entry, outline), error);
  }
}

}  // namespace onecycle::detail
