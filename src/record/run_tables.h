// The tables of a run from text: what `read_run` reads, without its files.
#pragma once

#include <functional>
#include <string>

#include "onecycle/record/run.h"

namespace onecycle {

/// Gives a table piece by piece, each of whole rows; an empty one is the end.
using TextPieces = std::function<std::string()>;

/// A text as its only piece.
TextPieces one_piece(std::string text);

/// The rows of `iterations.csv`, appended to `run`, whose groups give the columns. Throws a data
/// error that begins with `source:line`. So do the others.
void read_iterations(TextPieces text, std::string source, Run& run);

/// The rows of `epochs.csv`, appended to `run`, whose metrics give the columns.
void read_epochs(TextPieces text, std::string source, Run& run);

/// The rows of `find.csv`, appended to the three lists of `find`.
void read_find(TextPieces text, std::string source, FindRecord& find);

}  // namespace onecycle
