#include "onecycle/schedule/outline.h"

#include <algorithm>

namespace onecycle {
namespace {

using Kind = Outline::Kind;

/// How tightly each kind binds: a part stands in parentheses where it binds less tightly than its
/// place asks for.
int tightness(const Outline& outline) {
  switch (outline.kind) {
    case Kind::with:
      return 0;
    case Kind::sequence:
      return 1;
    case Kind::over:
      return 2;
    case Kind::chain:
      return 4;
    case Kind::product:
      return 5;
    case Kind::policy:
      break;
  }
  return 6;
}
constexpr int kSpan = 3;  // what may stand before `for`

std::string at_least(int tightness_asked, const Outline& outline) {
  std::string text = notation(outline);
  return tightness(outline) < tightness_asked ? cat("(", text, ")") : text;
}

std::string part_text(int tightness_asked, const Outline& part) {
  return part.length.is_rest() ? at_least(tightness_asked, part)
                               : cat(at_least(kSpan, part), " for ", part.length.text());
}

std::string joined(const Outline& outline, std::string_view separator) {
  std::vector<std::string> pieces;
  pieces.reserve(outline.parts.size());
  for (const Outline& part : outline.parts) {
    pieces.push_back(at_least(tightness(outline) + 1, part));
  }
  return join(pieces, separator);
}

std::string policy_text(const Outline& policy) {
  std::vector<std::string> pieces;
  pieces.reserve(policy.settings.size());
  for (const Setting& setting : policy.settings) {
    pieces.push_back(cat(setting.name, "=", setting.value));
  }
  return pieces.empty() ? policy.name : cat(policy.name, "(", join(pieces, ", "), ")");
}

}  // namespace

std::string notation(const Outline& outline) {
  switch (outline.kind) {
    case Kind::policy:
      return policy_text(outline);
    case Kind::product:
      return joined(outline, " * ");
    case Kind::chain:
      return joined(outline, " & ");
    case Kind::over:
      return cat(part_text(kSpan, outline.parts[0]), " over ", part_text(kSpan, outline.parts[1]));
    case Kind::with:
      return cat(at_least(0, outline.parts[0]), " with ", outline.name, "=",
                 at_least(kSpan, outline.parts[1]));
    case Kind::sequence:
      break;
  }
  std::vector<std::string> pieces;
  pieces.reserve(outline.parts.size());
  for (const Outline& part : outline.parts) {
    pieces.push_back(part_text(2, part));
  }
  return join(pieces, " then ");
}

}  // namespace onecycle
