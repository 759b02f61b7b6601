// Everything that is read from JSON: one line a reader.

#include "fuzz/target.h"
#include "onecycle/schedule/json.h"
#include "record/run_json.h"

namespace onecycle {
namespace {

/// What can be read is written so that it reads as the same.
void read_run_json(std::string_view text) {
  const std::string written = run_to_json(run_from_json(text, "run.json"));
  std::string again;
  try {
    again = run_to_json(run_from_json(written, "written"));
  } catch (const Error& error) {
    again = error.what();
  }
  fuzz::expect(again == written, cat(written, " read again and written, got ", again));
}

void read_schedule(std::string_view text) {
  if (text.find("file") != std::string_view::npos) {
    return;  // of the machine's own files nothing is promised
  }
  const std::string written = schedule_to_json(schedule_from_json(text, "schedule.json"));
  std::string again;
  try {
    again = schedule_to_json(schedule_from_json(written, "written"));
  } catch (const Error& error) {
    again = error.what();
  }
  fuzz::expect(again == written, cat(written, " read again and written, got ", again));
}

}  // namespace

void fuzz::read(std::string_view text) {
  may_refuse([&] { read_run_json(text); });
  may_refuse([&] { read_schedule(text); });
}

}  // namespace onecycle
