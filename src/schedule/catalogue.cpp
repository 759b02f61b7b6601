#include "onecycle/schedule/catalogue.h"

#include <algorithm>

#include "onecycle/schedule/compose.h"
#include "onecycle/schedule/plateaus.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/cyclical.h"
#include "onecycle/schedule/policy/decay.h"
#include "onecycle/schedule/policy/flat_cosine.h"
#include "onecycle/schedule/policy/inverse_sqrt.h"
#include "onecycle/schedule/policy/one_cycle.h"
#include "onecycle/schedule/policy/piecewise.h"
#include "onecycle/schedule/policy/sgdr.h"
#include "onecycle/schedule/policy/swa.h"
#include "onecycle/schedule/policy/tanh.h"
#include "onecycle/schedule/policy/warmup.h"
#include "onecycle/schedule/policy/wsd.h"

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

[[noreturn]] void refuse(std::string_view source, const std::string& place, const Error& error) {
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

Schedule compose(const Outline& outline, std::vector<Schedule> parts) {
  switch (outline.kind) {
    case Outline::Kind::sequence: {
      std::vector<Part> list;
      list.reserve(parts.size());
      for (std::size_t i = 0; i < parts.size(); ++i) {
        list.push_back({std::move(parts[i]), outline.parts[i].length});
      }
      return sequence(std::move(list));
    }
    case Outline::Kind::over:
      return over(parts[0], outline.parts[0].length, parts[1]);
    case Outline::Kind::with:
      return with_parameter(parts[0], outline.name, parts[1]);
    case Outline::Kind::chain:
      return chain(std::move(parts));
    case Outline::Kind::product:
    case Outline::Kind::policy:
      break;
  }
  return product(std::move(parts));
}

}  // namespace

const std::vector<PolicyInfo>& policies() {
  // The one place that names them all.
  static const auto list = entries<OneCycle, Cyclical, Sgdr, FlatCosine, Wsd, Cosine, Linear,
                                   Exponential, Polynomial, Tanh, InverseSqrt, Step, MultiStep,
                                   ExponentialDecay, Constant, Warmup, Swa, Piecewise>();
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

PlateauOptions make_plateau(const Outline& outline, std::string_view source) {
  require(outline.length.is_rest(), ErrorKind::usage, source,
          ": expected no length, which a plateau has none of, got ", outline.length.text());
  return make_named(outline, source, find_plateau);
}

std::string text_of(const PlateauOptions& options) {
  return std::visit(
      [](const auto& plateau) {
        return notation(
            {.name = std::string(plateau.name), .settings = detail::settings_of(plateau)});
      },
      options);
}

namespace {
Schedule make_part(const Outline& outline, std::string_view source) {
  if (outline.kind == Outline::Kind::policy) {
    return make_named(outline, source, find_policy);
  }
  // Only here a length is the composition's business; elsewhere it makes a stretch of the part.
  const bool sequence = outline.kind == Outline::Kind::sequence;
  const bool over = outline.kind == Outline::Kind::over;
  std::vector<Schedule> parts;
  for (const Outline& part : outline.parts) {
    const bool ours = sequence || (over && parts.empty());
    parts.push_back(ours ? make_part(part, source) : make_schedule(part, source));
  }
  try {
    return compose(outline, std::move(parts));
  } catch (const Error& error) {
    refuse(source, outline.place, error);
  }
}
}  // namespace

Schedule make_schedule(const Outline& outline, std::string_view source) {
  Schedule schedule = make_part(outline, source);
  return outline.length.is_rest() ? schedule : sequence({{std::move(schedule), outline.length}});
}

}  // namespace onecycle
