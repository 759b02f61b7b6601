#include "onecycle/data/table_inputs.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "data/raw_table.h"
#include "onecycle/core/csv.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"

namespace onecycle {
namespace {

constexpr std::string_view kMissingSuffix = "_missing";

/// How one feature comes from a row.
struct FeatureSource {
  enum class Kind { number, missing, category };
  Kind kind = Kind::number;
  std::size_t column = 0;
  std::string category{};
  std::optional<double> fill{};
};

std::optional<std::size_t> column_named(const CsvReader& reader, std::string_view name) {
  const auto found = std::find(reader.columns().begin(), reader.columns().end(), name);
  return found == reader.columns().end()
             ? std::nullopt
             : std::optional(static_cast<std::size_t>(found - reader.columns().begin()));
}

/// `COLUMN=VALUE`, with the longest column that fits: names may have an equals sign, too.
std::optional<FeatureSource> category_source(const CsvReader& reader, const std::string& feature) {
  for (std::size_t at = feature.rfind('='); at != std::string::npos && at > 0;
       at = feature.rfind('=', at - 1)) {
    if (const auto column = column_named(reader, feature.substr(0, at))) {
      return FeatureSource{.kind = FeatureSource::Kind::category,
                           .column = *column,
                           .category = feature.substr(at + 1)};
    }
  }
  return std::nullopt;
}

FeatureSource source_of(const CsvReader& reader, const std::string& feature, const Task& task) {
  if (const auto column = column_named(reader, feature)) {
    const auto fill = task.fills.find(feature);
    return {.column = *column,
            .fill = fill == task.fills.end() ? std::nullopt : std::optional(fill->second)};
  }
  if (auto category = category_source(reader, feature)) {
    return *category;
  }
  if (feature.ends_with(kMissingSuffix)) {
    if (const auto column =
            column_named(reader, feature.substr(0, feature.size() - kMissingSuffix.size()))) {
      return {.kind = FeatureSource::Kind::missing, .column = *column};
    }
  }
  fail(ErrorKind::data, reader.source(), ": expected the column for the feature '", feature,
       "' that the model was trained on, got none", suggest_name(feature, reader.columns()));
}

double number_in(const CsvReader& reader, const FeatureSource& source, std::string_view field) {
  if (is_missing(field) && source.fill) {
    return *source.fill;
  }
  const auto value = parse_number(field);
  require(value && std::isfinite(*value), ErrorKind::data, reader.source(), ":", reader.line(),
          ": column '", reader.columns()[source.column], "': expected a finite number, got '",
          field, "'");
  return *value;
}

/// Categories that no feature stands for would be taken for missing ones.
void require_known_categories(const CsvReader& reader, const std::vector<FeatureSource>& sources) {
  for (const FeatureSource& source : sources) {
    const std::string_view field = trim(reader.fields()[source.column]);
    const bool known = source.kind != FeatureSource::Kind::category || is_missing(field) ||
                       std::any_of(sources.begin(), sources.end(), [&](const FeatureSource& other) {
                         return other.column == source.column && other.category == field;
                       });
    require(known, ErrorKind::data, reader.source(), ":", reader.line(), ": column '",
            reader.columns()[source.column],
            "': expected a category that the model was trained on, got '", field, "'");
  }
}

double value_of(const CsvReader& reader, const FeatureSource& source) {
  const std::string_view field = trim(reader.fields()[source.column]);
  switch (source.kind) {
    case FeatureSource::Kind::number:
      return number_in(reader, source, field);
    case FeatureSource::Kind::missing:
      return is_missing(field) ? 1.0 : 0.0;
    case FeatureSource::Kind::category:
      return field == source.category ? 1.0 : 0.0;
  }
  return 0.0;
}

/// The targets of a model, one after the other.
class TargetReader {
 public:
  TargetReader(const CsvReader& reader, const Task& task) : task_(task) {
    const auto column = column_named(reader, task.target);
    require(column.has_value(), ErrorKind::data, reader.source(), ": expected the column '",
            task.target, "' with the targets, got none",
            suggest_name(task.target, reader.columns()));
    column_ = *column;
  }

  /// The target in the row that was read last.
  [[nodiscard]] double value(const CsvReader& reader) const {
    const std::string_view field = trim(reader.fields()[column_]);
    const auto number = parse_number(field);
    if (task_.kind == TaskKind::regression) {
      require(number && std::isfinite(*number), ErrorKind::data, where(reader),
              "expected a finite number as the target, got '", field, "'");
      return *number;
    }
    const std::vector<std::string>& classes = task_.classes;
    auto found = std::find(classes.begin(), classes.end(), field);
    if (found == classes.end() && number) {  // 1.0 is the class 1
      found = std::find(classes.begin(), classes.end(), format_number(*number));
    }
    require(found != classes.end(), ErrorKind::data, where(reader),
            "expected a class that the model knows, got '", field, "'",
            suggest_name(field, classes));
    return static_cast<double>(found - classes.begin());
  }

 private:
  [[nodiscard]] std::string where(const CsvReader& reader) const {
    return cat(reader.source(), ":", reader.line(), ": column '", reader.columns()[column_], "': ");
  }

  const Task& task_;
  std::size_t column_ = 0;
};

TableInputs read_rows(const std::filesystem::path& path, const Task& task, bool with_targets) {
  const std::string text = read_file(path);
  CsvReader reader(text, path.native());
  std::vector<FeatureSource> sources;
  sources.reserve(task.features.size());
  for (const std::string& feature : task.features) {
    sources.push_back(source_of(reader, feature, task));
  }
  std::optional<TargetReader> target;
  if (with_targets) {
    target.emplace(reader, task);
  }
  TableInputs table;
  std::vector<double> values;
  std::vector<double> targets;
  while (reader.next()) {
    table.lines.push_back(reader.line());
    require_known_categories(reader, sources);
    for (const FeatureSource& source : sources) {
      values.push_back(value_of(reader, source));
    }
    if (target) {
      targets.push_back(target->value(reader));
    }
  }
  require(!table.lines.empty(), ErrorKind::data, path.native(),
          ": expected rows under the column names, got none");
  table.inputs = torch::tensor(values, torch::kDouble)
                     .view({static_cast<std::int64_t>(table.lines.size()),
                            static_cast<std::int64_t>(sources.size())});
  if (target) {
    table.targets = torch::tensor(targets, torch::kDouble)
                        .to(task.kind == TaskKind::regression ? torch::kDouble : torch::kLong);
  }
  return table;
}

}  // namespace

TableInputs read_table_inputs(const std::filesystem::path& path, const Task& task) {
  return read_rows(path, task, /*with_targets=*/false);
}

TableInputs read_table_examples(const std::filesystem::path& path, const Task& task) {
  return read_rows(path, task, /*with_targets=*/true);
}

}  // namespace onecycle
