// Tables: finite numbers under distinct names, as many as there are rows.

#include <cmath>
#include <set>

#include "data/table_columns.h"
#include "fuzz/target.h"

namespace onecycle {

void fuzz::read(std::string_view text) {
  may_refuse([&] {
    const TableColumns table = read_columns(text, "table.csv", "");
    expect(!table.targets.empty() && table.lines.size() == table.targets.size(), "rows");
    expect(table.values.size() == table.features.size() * table.targets.size(),
           "a value for each feature of each row");
    for (const double value : table.values) {
      expect(std::isfinite(value), cat("finite values, got ", value));
    }
    const std::set<std::string> names(table.features.begin(), table.features.end());
    expect(names.size() == table.features.size(), "distinct names");
  });
}

}  // namespace onecycle
