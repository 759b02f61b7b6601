// What the verbs accept, as manual pages, as Markdown and as JSON, made from their options.
#pragma once

#include <string>
#include <vector>

#include "program/command_line.h"
#include "program/output.h"

namespace onecycle::cli {

/// What the page of a verb is called: `onecycle-data-download`.
std::string page_name(const VerbSpec& verb);
/// The page of one verb for `man`, in section 1.
std::string manual_page(const VerbSpec& verb);
/// The page `onecycle(1)`, which names all of them.
std::string manual_page(const std::vector<VerbSpec>& verbs);

/// All verbs and options as one document.
std::string markdown_reference(const std::vector<VerbSpec>& verbs);

/// All verbs and options, for programs.
Json json_reference(const std::vector<VerbSpec>& verbs);

}  // namespace onecycle::cli
