// The tables of a run from text: what `read_run` reads, without its files.
#pragma once

#include <string>

#include "onecycle/record/run.h"

namespace onecycle {

/// The rows of `iterations.csv`, appended to `run`, whose groups give the columns. Throws a data
/// error that begins with `source:line`. So do the others.
void read_iterations(std::string text, std::string source, Run& run);

/// The rows of `epochs.csv`, appended to `run`, whose metrics give the columns.
void read_epochs(std::string text, std::string source, Run& run);

/// The rows of `find.csv`, appended to the three lists of `find`.
void read_find(std::string text, std::string source, FindRecord& find);

}  // namespace onecycle
