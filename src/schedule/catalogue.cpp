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
#include "schedule/entries.h"

namespace onecycle {
namespace {

template <Policy... P>
std::vector<PolicyInfo> entries() {
  return {detail::entry<PolicyInfo, P>()...};
}

template <class... P>
std::vector<PlateauInfo> plateau_entries(const std::variant<P...>* /*which*/) {
  return {detail::entry<PlateauInfo, P>()...};
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
  return detail::find_entry(policies(), "policy", name);
}

const std::vector<PlateauInfo>& plateaus() {
  static const auto list = plateau_entries(static_cast<const PlateauOptions*>(nullptr));
  return list;
}

const PlateauInfo& find_plateau(std::string_view name) {
  return detail::find_entry(plateaus(), "plateau", name);
}

PlateauOptions make_plateau(const Outline& outline, std::string_view source) {
  require(outline.length.is_rest(), ErrorKind::usage, source,
          ": expected no length, which a plateau has none of, got ", outline.length.text());
  return detail::make_named(outline, source, find_plateau);
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
    return detail::make_named(outline, source, find_policy);
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
    detail::refuse(source, outline.place, error);
  }
}
}  // namespace

Schedule make_schedule(const Outline& outline, std::string_view source) {
  Schedule schedule = make_part(outline, source);
  return outline.length.is_rest() ? schedule : sequence({{std::move(schedule), outline.length}});
}

}  // namespace onecycle
