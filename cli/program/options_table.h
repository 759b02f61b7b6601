// The options of a policy, a plateau or a model, as `onecycle policies NAME` shows them.
#pragma once

#include <vector>

#include "onecycle/schedule/field.h"
#include "program/output.h"

namespace onecycle::cli {

/// A table of them, or that there are none.
inline void print_fields(const std::vector<FieldInfo>& fields) {
  Table table{{"option", "default", "accepts", "meaning"}, {}};
  for (const FieldInfo& field : fields) {
    table.rows.push_back({field.name, field.default_value, field.range, field.meaning});
  }
  if (table.rows.empty()) {
    print("It has no options.\n");
  } else {
    print(table);
  }
}

}  // namespace onecycle::cli
