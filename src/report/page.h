// The parts of our HTML pages: tables, lists of facts, pictures, and the page around them. What
// comes in is plain text; what comes out is markup.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/record/run.h"
#include "onecycle/report/plot.h"
#include "onecycle/report/table.h"

namespace onecycle {

std::string escaped(std::string_view text);

/// `highlight` is the first cell of the row to stress, if any.
std::string table_html(const Table& table, const std::string& caption,
                       const std::string& highlight = {});

/// A section of names and values; nothing without any.
std::string facts_html(const std::vector<Fact>& facts, const std::string& caption);

/// One large number of the list of tiles below the title.
std::string tile(const std::string& name, const std::string& value, const std::string& note = {});

/// How many values each of about `curves` curves may keep, so that many of them do not make a page
/// of many megabytes.
PlotOptions page_plot_options(std::size_t curves);

/// A page in the making.
class Page {
 public:
  /// The markup of a picture: a canvas that the script of the page fills by its number.
  std::string picture(Plot plot);

  std::string title = {};
  std::string summary = {};
  std::string tiles = {};  ///< of `tile`
  std::string body = {};

  /// All of it, with Chart.js, styles and data inside.
  [[nodiscard]] std::string html() const;

 private:
  std::vector<Plot> plots_ = {};
};

}  // namespace onecycle
