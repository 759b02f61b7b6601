// A training run as one HTML page that needs nothing else: no network, no other file.
#pragma once

#include <filesystem>
#include <string>

#include "onecycle/record/run.h"

namespace onecycle {

/// The page: a summary in words; loss against rate with every suggestion; rate and momentum of each
/// group over iterations; losses and metrics; a table of the epochs; settings and environment.
/// Chart.js and the data are inside. Long curves are thinned by `keep_extremes`, so that 100,000
/// iterations stay under 1 MB. Any text in `run` is safe, whatever it contains.
std::string report_html(const Run& run);

/// Writes `report_html(run)` to `path`, all or nothing.
void write_report(const Run& run, const std::filesystem::path& path);

}  // namespace onecycle
