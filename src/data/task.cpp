#include "onecycle/data/task.h"

namespace onecycle {

std::string to_string(TaskKind kind) {
  return kind == TaskKind::classification ? "classification" : "regression";
}

}  // namespace onecycle
