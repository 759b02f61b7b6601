// What goes to standard output: text, tables, one JSON object.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "onecycle/record/run.h"
#include "onecycle/report/table.h"
#include "program/command_line.h"

namespace onecycle::cli {

using Json = nlohmann::ordered_json;

/// The two options that every verb with a result has, or the first of them.
struct OutputFlags {
  bool json = false;
  bool quiet = false;
};

void add_json_flag(CommandLine& line, bool& json);
void add_output_flags(CommandLine& line, OutputFlags& flags);

void print(std::string_view text);
/// Sentences: broken between words at the width of the terminal; elsewhere as they are.
void print_prose(std::string_view text);
/// As wide as the terminal; elsewhere nothing is wrapped.
void print(const Table& table);
/// Every row as a line of CSV, the header first.
std::string csv_of(const Table& table);
/// What the finder saw, with a mark at each suggestion, and below it in words.
void print_curve(const FindRecord& find);
/// Throws a usage error if `render` could not draw into such a file. For before the work.
void check_picture(const std::filesystem::path& path, std::string_view flag = "--plot");
/// On one line. Numbers that JSON cannot say (nan, inf) are null.
void print_json(const Json& json);

/// Rule -> rate or null.
Json rates_by_rule(const std::vector<Suggestion>& suggestions);
/// Rule -> why it has no rate, for those.
Json reasons_by_rule(const std::vector<Suggestion>& suggestions);

/// Throws an internal error if what was printed did not get out, as on a full disk.
void finish_output();

}  // namespace onecycle::cli
