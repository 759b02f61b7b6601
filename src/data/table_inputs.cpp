#include "onecycle/data/table_inputs.h"

#include <algorithm>
#include <cmath>

#include "onecycle/core/csv.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"

namespace onecycle {

TableInputs read_table_inputs(const std::filesystem::path& path,
                              const std::vector<std::string>& features) {
  const std::string text = read_file(path);
  CsvReader reader(text, path.native());
  std::vector<std::size_t> columns;
  columns.reserve(features.size());
  for (const std::string& feature : features) {
    const auto found = std::find(reader.columns().begin(), reader.columns().end(), feature);
    require(found != reader.columns().end(), ErrorKind::data, path.native(),
            ": expected the column '", feature, "' that the model was trained on, got none",
            suggest_name(feature, reader.columns()));
    columns.push_back(static_cast<std::size_t>(found - reader.columns().begin()));
  }
  TableInputs table;
  std::vector<double> values;
  while (reader.next()) {
    table.lines.push_back(reader.line());
    for (std::size_t f = 0; f < features.size(); ++f) {
      const std::string_view field = reader.fields()[columns[f]];
      const auto value = parse_number(field);
      require(value && std::isfinite(*value), ErrorKind::data, path.native(), ":", reader.line(),
              ": column '", features[f], "': expected a finite number, got '", field, "'");
      values.push_back(*value);
    }
  }
  require(!table.lines.empty(), ErrorKind::data, path.native(),
          ": expected rows under the column names, got none");
  table.inputs = torch::tensor(values, torch::kDouble)
                     .view({static_cast<std::int64_t>(table.lines.size()),
                            static_cast<std::int64_t>(features.size())});
  return table;
}

}  // namespace onecycle
