// Draws plots: into SVG and PNG files through gnuplot, and as text for a terminal by itself.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "onecycle/report/plot.h"
#include "onecycle/report/terminal.h"

namespace onecycle {

struct PictureOptions {
  int width = 900;   ///< pixels
  int height = 460;  ///< pixels of each plot; several stand one below the other
};

/// Writes `plots` below one another into `path`, whose ending `.svg` or `.png` says the format.
/// Another ending is a usage error. Without gnuplot on the path: an error that says how to get it.
void render(const std::vector<Plot>& plots, const std::filesystem::path& path,
            const PictureOptions& options = {});

/// `plots` below one another as lines of text, as wide as `terminal`: curves of Braille dots where
/// it has Unicode (of ASCII characters elsewhere), in colours if it has them.
std::string render_terminal(const std::vector<Plot>& plots, const Terminal& terminal);

}  // namespace onecycle
