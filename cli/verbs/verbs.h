// The verbs of the program.
#pragma once

#include <span>
#include <string>

#include "program/command_line.h"

namespace onecycle::cli {

/// A verb of another verb, as `data download`, is one of its own, with a name of two words; a verb
/// that has such takes no operands.
struct Verb {
  std::string name;
  std::string brief;       ///< one line, for the list of all
  VerbSpec (*describe)();  ///< what it accepts
  /// Takes its arguments and returns an exit code, or throws.
  int (*run)(const Arguments& arguments);
};

Verb find_verb();
Verb fit_verb();
Verb fine_tune_verb();
Verb explain_verb();
Verb resume_verb();
Verb validate_verb();
Verb predict_verb();
Verb compare_verb();
Verb report_verb();
Verb plot_verb();
Verb schedule_verb();
Verb suggest_verb();
Verb policies_verb();
Verb models_verb();
Verb weights_verb();
Verb data_verb();
Verb data_info_verb();
Verb data_show_verb();
Verb data_export_verb();
Verb data_download_verb();
Verb completion_verb();
Verb help_verb();

/// All of them, in the order in which people meet them. The one place to add one.
std::span<const Verb> verbs();

/// Throws a usage error, which names the nearest, if there is none of that name.
const Verb& verb_named(const std::string& name);

/// The name of a verb and what follows it.
struct Call {
  std::string verb;
  Arguments rest;
};

/// Splits words, of which there is at least one. Two make up the name if the first one has verbs of
/// its own and the second is no option.
Call call_of(const Arguments& words);

/// The descriptions of all, with `brief`.
std::vector<VerbSpec> verb_specs();

/// What the command line made by `line` accepts.
template <class Flags>
VerbSpec spec_of(CommandLine (*line)(Flags& flags)) {
  Flags flags;
  return line(flags).spec();
}

}  // namespace onecycle::cli
