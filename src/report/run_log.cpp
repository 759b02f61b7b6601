#include "onecycle/report/run_log.h"

#include "onecycle/core/error.h"
#include "onecycle/report/csv_log.h"
#include "onecycle/report/jsonl_log.h"
#include "onecycle/report/tensorboard_log.h"

namespace onecycle {

std::vector<std::string> log_names() { return {"csv", "jsonl", "tensorboard"}; }

std::unique_ptr<RunLog> make_log(std::string_view name, const std::filesystem::path& folder) {
  if (name == "csv") {
    return std::make_unique<CsvLog>(folder);
  }
  if (name == "jsonl") {
    return std::make_unique<JsonLinesLog>(folder / "log.jsonl");
  }
  if (name == "tensorboard") {
    return std::make_unique<TensorBoardLog>(folder / "tensorboard");
  }
  fail(ErrorKind::usage, "unknown log '", name, "'", suggest_name(name, log_names()));
}

}  // namespace onecycle
