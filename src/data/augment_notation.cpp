// The notation of augmentations: list := `none` | one {, one}; one := NAME [( argument {, argument}
// )]; argument := OPTION = VALUE, or, first of all, VALUE.

#include <algorithm>
#include <utility>

#include "onecycle/data/augment.h"
#include "onecycle/schedule/schedule.h"
#include "schedule/entries.h"

namespace onecycle {
namespace {

constexpr std::string_view kNone = "none";

template <class... P>
std::vector<AugmentationInfo> infos_of(const std::variant<P...>* /*which*/) {
  return {detail::entry<AugmentationInfo, P>()...};
}

/// The places of the augmentations in the options, by type.
template <class Options>
auto members_of(Options& options) {
  return std::tie(options.crop, options.resized_crop, options.flip, options.brightness,
                  options.contrast, options.cutout, options.mixup);
}

/// Split at commas outside of parentheses.
std::vector<std::string> top_level_pieces(std::string_view text) {
  std::vector<std::string> pieces(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth == 0) {
      pieces.emplace_back();
    } else {
      pieces.back() += c;
    }
  }
  return pieces;
}

std::vector<Setting> settings_in(std::string_view arguments, const AugmentationInfo& info) {
  std::vector<Setting> settings;
  for (const std::string& argument : split(arguments, ',')) {
    const auto equals = argument.find('=');
    if (equals != std::string::npos) {
      settings.push_back({.name = std::string(trim(argument.substr(0, equals))),
                          .value = std::string(trim(argument.substr(equals + 1)))});
      continue;
    }
    require(settings.empty(), ErrorKind::usage, info.name, ": expected ", info.fields[0].name,
            "=VALUE or another option, got '", trim(argument), "'");
    settings.push_back({.name = info.fields[0].name, .value = std::string(trim(argument))});
  }
  return settings;
}

Augmentation parse_one(std::string_view text) {
  const auto open = text.find('(');
  const std::string_view name = trim(text.substr(0, open));
  require(!name.empty(), ErrorKind::usage, "expected the name of an augmentation, got '", text,
          "'");
  const AugmentationInfo& info = detail::find_entry(augmentations(), "augmentation", name);
  if (open == std::string_view::npos) {
    return info.make({});
  }
  require(text.find(')') == text.size() - 1, ErrorKind::usage, info.name,
          ": expected options in parentheses, got '", text.substr(open), "'");
  const std::string_view arguments = trim(text.substr(open + 1, text.size() - open - 2));
  return info.make(arguments.empty() ? std::vector<Setting>{} : settings_in(arguments, info));
}

void put_in(AugmentOptions& options, const Augmentation& augmentation) {
  std::visit(
      [&]<class P>(const P& chosen) {
        auto& member = std::get<std::optional<P>&>(members_of(options));
        require(!member, ErrorKind::usage, P::name, ": expected it once, got it twice");
        member = chosen;
      },
      augmentation);
}

}  // namespace

const std::vector<AugmentationInfo>& augmentations() {
  static const auto list = infos_of(static_cast<const Augmentation*>(nullptr));
  return list;
}

AugmentOptions parse_augment(std::string_view text) {
  AugmentOptions options;
  if (trim(text) == kNone) {
    return options;
  }
  try {
    for (const std::string& piece : top_level_pieces(text)) {
      put_in(options, parse_one(trim(piece)));
    }
    require(!options.crop || !options.resized_crop, ErrorKind::usage,
            "expected crop or resized_crop, got both; leave one out");
  } catch (const Error& error) {
    fail(error.kind(), "augment '", text, "': ", error.what());
  }
  return options;
}

std::string AugmentOptions::text() const {
  std::vector<std::string> pieces;
  const auto add = [&]<class P>(const std::optional<P>& chosen) {
    if (chosen) {
      pieces.push_back(
          notation({.name = std::string(P::name), .settings = detail::settings_of(*chosen)}));
    }
  };
  std::apply([&](const auto&... chosen) { (add(chosen), ...); }, members_of(*this));
  return pieces.empty() ? std::string(kNone) : join(pieces, ", ");
}

}  // namespace onecycle
