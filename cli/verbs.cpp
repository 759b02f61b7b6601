#include "verbs.h"

#include <algorithm>
#include <array>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"

namespace onecycle::cli {

std::span<const Verb> verbs() {
  static const std::array all{find_verb(),       fit_verb(),      explain_verb(), resume_verb(),
                              compare_verb(),    report_verb(),   plot_verb(),    schedule_verb(),
                              suggest_verb(),    policies_verb(), data_verb(),    weights_verb(),
                              completion_verb(), help_verb()};
  return all;
}

const Verb& verb_named(const std::string& name) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) {
    if (verb.name == name) {
      return verb;
    }
    names.push_back(verb.name);
  }
  fail(ErrorKind::usage, "unknown command '", name, "'", suggest_name(name, names));
}

std::vector<VerbSpec> verb_specs() {
  std::vector<VerbSpec> specs;
  for (const Verb& verb : verbs()) {
    specs.push_back(verb.describe());
    specs.back().brief = verb.brief;
  }
  return specs;
}

}  // namespace onecycle::cli
