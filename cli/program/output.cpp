#include "program/output.h"

#include <cstdio>

#include "onecycle/core/csv.h"
#include "onecycle/core/error.h"
#include "onecycle/report/render.h"
#include "onecycle/report/summary.h"
#include "onecycle/report/terminal.h"

namespace onecycle::cli {

void add_json_flag(CommandLine& line, bool& json) {
  line.option({.name = "json", .help = "print one JSON object and nothing else", .saved = false},
              &json);
}

void add_output_flags(CommandLine& line, OutputFlags& flags) {
  line.heading("Output");
  add_json_flag(line, flags.json);
  line.option({.name = "quiet", .help = "no progress, only the result", .saved = false},
              &flags.quiet);
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_prose(std::string_view text) {
  const Terminal terminal = terminal_of(stdout);
  if (!terminal.live || text.empty()) {
    print(text);
    return;
  }
  const bool ends = text.ends_with('\n');
  for (const std::string& line : split(ends ? text.substr(0, text.size() - 1) : text, '\n')) {
    for (const std::string& piece : wrap_words(line, static_cast<std::size_t>(terminal.columns))) {
      print(piece + "\n");
    }
  }
}

void print(const Table& table) {
  const Terminal terminal = terminal_of(stdout);
  print(format_table(table, {.columns = terminal.live ? terminal.columns : kUnwrapped,
                             .colour = terminal.colour}));
}

std::string csv_of(const Table& table) {
  std::string text = csv_row(table.header);
  for (const auto& row : table.rows) {
    text += csv_row(row);
  }
  return text;
}

void print_curve(const FindRecord& find) {
  print(render_terminal({find_plot(find)}, terminal_of(stdout)));
  print_prose(cat("\n", describe(find), "\n\n"));
}

void check_picture(const std::filesystem::path& path, std::string_view flag) {
  const std::string ending = path.extension().string();
  require(path.empty() || ending == ".svg" || ending == ".png", ErrorKind::usage, flag,
          ": expected a file ending in .svg or .png, got '", path.native(), "'");
}

void print_json(const Json& json) {
  print(json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n");
}

Json rates_by_rule(const std::vector<Suggestion>& suggestions) {
  Json rates = Json::object();
  for (const Suggestion& suggestion : suggestions) {
    rates[suggestion.rule] = suggestion.lr ? Json(*suggestion.lr) : Json(nullptr);
  }
  return rates;
}

Json reasons_by_rule(const std::vector<Suggestion>& suggestions) {
  Json reasons = Json::object();
  for (const Suggestion& suggestion : suggestions) {
    if (!suggestion.lr) {
      reasons[suggestion.rule] = suggestion.why;
    }
  }
  return reasons;
}

void finish_output() {
  require(std::fflush(stdout) == 0 && std::ferror(stdout) == 0, ErrorKind::internal,
          "standard output: could not be written");
}

}  // namespace onecycle::cli
