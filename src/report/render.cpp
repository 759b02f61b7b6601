#include "onecycle/report/render.h"

#include <algorithm>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "report/gnuplot.h"
#include "report/text_plot.h"

namespace onecycle {
namespace {

std::string picture_terminal(const std::string& ending, int width, int height) {
  if (ending == ".svg") {
    return cat("set term svg noenhanced size ", width, ",", height,
               " dynamic rounded background 'white' font 'sans-serif,13'\n");
  }
  return cat("set term pngcairo noenhanced size ", width, ",", height,
             " rounded background 'white' font 'sans-serif,11'\n");
}

}  // namespace

void render(const std::vector<Plot>& plots, const std::filesystem::path& path,
            const PictureOptions& options) {
  const std::string ending = path.extension().string();
  require(ending == ".svg" || ending == ".png", ErrorKind::usage, path.string(),
          ": expected a picture file ending in .svg or .png, got ",
          ending.empty() ? "no ending" : "'" + ending + "'", "; name it plot.svg or plot.png");
  require(!plots.empty(), ErrorKind::usage, path.string(),
          ": expected at least one plot, got none");
  const int height = options.height * static_cast<int>(plots.size());
  write_file(path,
             run_gnuplot(cat("set encoding utf8\n", picture_terminal(ending, options.width, height),
                             gnuplot_script(plots))));
}

std::string render_terminal(const std::vector<Plot>& plots, const Terminal& terminal) {
  std::vector<std::string> pictures;
  pictures.reserve(plots.size());
  for (const Plot& plot : plots) {
    // Together with title, axis and legend a picture should fit on the screen.
    pictures.push_back(text_plot(plot, terminal, std::clamp(terminal.rows - 8, 8, 18)));
  }
  return join(pictures, "\n");
}

}  // namespace onecycle
