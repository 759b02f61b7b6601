#include "onecycle/schedule/catalogue.h"

#include <algorithm>

#include "onecycle/schedule/plateaus.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/one_cycle.h"

namespace onecycle {
namespace {

template <class P, class T>
FieldInfo describe(const Field<P, T>& field) {
  std::string value = detail::print_value(P{}.*field.member);
  if (value == "auto" && !field.default_note.empty()) {
    value = field.default_note;
  }
  return {.name = std::string(field.name),
          .default_value = std::move(value),
          .range = detail::accepted(field),
          .unit = std::string(field.unit),
          .meaning = std::string(field.meaning),
          .choices = detail::choices_of<T>()};
}

/// Sets the field if it is the one that `setting` names.
template <class P, class T>
bool assign(P& policy, const Field<P, T>& field, const Setting& setting) {
  if (field.name != setting.name) {
    return false;
  }
  auto value = detail::parse_value<T>(trim(setting.value));
  if (!value) {
    const auto choices = detail::choices_of<T>();
    const auto near = nearest_name(setting.value, choices);
    fail(ErrorKind::usage, P::name, ": ", field.name, ": expected ", detail::accepted(field),
         ", got '", setting.value, "'", near ? cat("; did you mean '", *near, "'?") : "");
  }
  policy.*field.member = *std::move(value);
  return true;
}

template <class P>
P make(const std::vector<Setting>& settings) {
  P policy;
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
            return detail::checked(make<P>(settings));
          }};
}

template <Policy... P>
std::vector<PolicyInfo> entries() {
  return {entry<PolicyInfo, P>()...};
}

template <class... P>
std::vector<PlateauInfo> plateau_entries(const std::variant<P...>* /*which*/) {
  return {entry<PlateauInfo, P>()...};
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

}  // namespace

const std::vector<PolicyInfo>& policies() {
  // The one place that names them all.
  static const auto list = entries<OneCycle, Constant, Linear, Cosine, Exponential, Polynomial>();
  return list;
}

const PolicyInfo& find_policy(std::string_view name) {
  for (const PlateauInfo& plateau : plateaus()) {
    require(plateau.name != name, ErrorKind::usage, "unknown policy '", name,
            "'; it is a plateau, driven by losses, and multiplies a policy: fit --plateau");
  }
  return find_entry(policies(), "policy", name);
}

const std::vector<PlateauInfo>& plateaus() {
  static const auto list = plateau_entries(static_cast<const PlateauOptions*>(nullptr));
  return list;
}

const PlateauInfo& find_plateau(std::string_view name) {
  return find_entry(plateaus(), "plateau", name);
}

std::string text_of(const PlateauOptions& options) {
  return std::visit(
      [](const auto& plateau) {
        return detail::policy_text(plateau.name, detail::settings_of(plateau));
      },
      options);
}

}  // namespace onecycle
