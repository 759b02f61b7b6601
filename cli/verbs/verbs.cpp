#include "verbs/verbs.h"

#include <algorithm>
#include <array>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"

namespace onecycle::cli {

std::span<const Verb> verbs() {
  static const std::array all{
      find_verb(),       fit_verb(),       fine_tune_verb(),   explain_verb(),
      resume_verb(),     validate_verb(),  predict_verb(),     compare_verb(),
      report_verb(),     plot_verb(),      schedule_verb(),    suggest_verb(),
      policies_verb(),   models_verb(),    weights_verb(),     data_verb(),
      data_info_verb(),  data_show_verb(), data_export_verb(), data_download_verb(),
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

Call call_of(const Arguments& words) {
  const bool has_verbs = std::any_of(verbs().begin(), verbs().end(), [&](const Verb& verb) {
    return verb.name.starts_with(words[0] + " ");
  });
  const bool two = has_verbs && words.size() > 1 && !words[1].starts_with('-');
  return {.verb = two ? cat(words[0], " ", words[1]) : words[0],
          .rest = {words.begin() + (two ? 2 : 1), words.end()}};
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
