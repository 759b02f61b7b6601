#include <algorithm>
#include <cmath>
#include <set>

#include "flags/data_flags.h"
#include "onecycle/core/text.h"
#include "onecycle/data/contact_sheet.h"
#include "onecycle/data/image.h"
#include "onecycle/data/subset.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

struct InfoFlags {
  DataFlags data;
  std::string sheet;
  bool json = false;
};

/// Examples of each class for training and validation.
struct ClassCounts {
  std::vector<std::int64_t> train;
  std::vector<std::int64_t> valid;
};

ClassCounts count_classes(const LoadedData& data) {
  const auto classes = static_cast<std::int64_t>(data.task.classes.size());
  const auto count = [&](const torch::Tensor& targets) {
    const torch::Tensor counts = at::bincount(targets, {}, classes);
    const auto* first = counts.const_data_ptr<std::int64_t>();
    return std::vector<std::int64_t>(first, first + classes);
  };
  if (!data.parts) {
    return {.train = count(data.targets), .valid = {}};
  }
  const auto of = [&](const std::vector<std::int64_t>& part) {
    return count(data.targets.index_select(0, torch::tensor(part, torch::kLong)));
  };
  return {.train = of(data.parts->train), .valid = of(data.parts->valid)};
}

std::string brief_list(const std::vector<double>& values) {
  Arguments texts;
  for (const double value : values) {
    texts.push_back(format_brief(value));
  }
  return join(texts, ", ");
}

/// The survey of a folder; nothing for other data.
std::optional<ImageSurvey> survey_of(const LoadedData& data) {
  const auto* const files = dynamic_cast<const ImageFolderDataset*>(data.examples.get());
  return files == nullptr ? std::nullopt : std::optional(files->survey());
}

void print_classes(const LoadedData& data, const ClassCounts& counts) {
  Table table{{"class", "examples"}, {}};
  if (data.parts) {
    table.header = {"class", "training", "validation"};
  }
  for (std::size_t c = 0; c < data.task.classes.size(); ++c) {
    table.rows.push_back({data.task.classes[c], cat(counts.train[c])});
    if (data.parts) {
      table.rows.back().push_back(cat(counts.valid[c]));
    }
  }
  print(table);
}

void print_survey(const ImageSurvey& survey) {
  constexpr std::size_t kShown = 10;
  Table sizes{{"size", "images"}, {}};
  for (const auto& [size, count] : survey.sizes) {
    if (sizes.rows.size() < kShown) {
      sizes.rows.push_back({to_string(size), cat(count)});
    }
  }
  print("\n");
  print(sizes);
  if (survey.sizes.size() > kShown) {
    print(cat("and ", survey.sizes.size() - kShown, " more sizes\n"));
  }
  if (!survey.bad.empty()) {
    print(cat("\n", survey.bad.size(), " cannot be read:\n"));
  }
  for (const BadImage& image : survey.bad) {
    print(cat("  ", image.message, "\n"));
  }
}

Json data_info_json(const LoadedData& data, const std::optional<ImageSurvey>& survey,
                    const std::optional<ChannelStatistics>& statistics) {
  Json json{{"name", data.name},
            {"examples", data.examples->size()},
            {"task", to_string(data.task.kind)},
            {"target", data.task.target},
            {"input_shape", data.task.input_shape},
            {"features", data.task.features}};
  if (data.task.kind == TaskKind::classification) {
    const ClassCounts counts = count_classes(data);
    Json classes = Json::array();
    for (std::size_t c = 0; c < data.task.classes.size(); ++c) {
      classes.push_back({{"name", data.task.classes[c]}, {"train", counts.train[c]}});
      if (data.parts) {
        classes.back()["valid"] = counts.valid[c];
      }
    }
    json["classes"] = std::move(classes);
  }
  if (statistics) {
    json["mean"] = statistics->mean;
    json["deviation"] = statistics->deviation;
  }
  if (survey) {
    Json sizes = Json::array();
    for (const auto& [size, count] : survey->sizes) {
      sizes.push_back({{"width", size.width}, {"height", size.height}, {"images", count}});
    }
    json["sizes"] = std::move(sizes);
    Json bad = Json::array();
    for (const BadImage& image : survey->bad) {
      bad.push_back(image.message);
    }
    json["unreadable"] = std::move(bad);
  }
  return json;
}

/// Up to 64 examples that can be read, spread over all.
std::vector<std::int64_t> samples_of(const LoadedData& data,
                                     const std::optional<ImageSurvey>& survey) {
  constexpr std::int64_t kSamples = 64;
  std::set<std::int64_t> bad;
  for (const BadImage& image : survey ? survey->bad : std::vector<BadImage>{}) {
    bad.insert(image.index);
  }
  std::vector<std::int64_t> good;
  for (std::int64_t i = 0; i < data.examples->size(); ++i) {
    if (!bad.contains(i)) {
      good.push_back(i);
    }
  }
  const auto count = std::min<std::int64_t>(kSamples, static_cast<std::int64_t>(good.size()));
  std::vector<std::int64_t> chosen;
  chosen.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    chosen.push_back(
        good[static_cast<std::size_t>(i) * good.size() / static_cast<std::size_t>(count)]);
  }
  return chosen;
}

CommandLine info_command_line(InfoFlags& flags) {
  CommandLine line(
      "data info",
      "Says what was found in DATA: examples, classes, sizes, mean and deviation, files "
      "that\ncannot be read.",
      "  onecycle data info photos --sheet photos.png");
  add_data(line, flags.data);
  add_reading_flags(line, flags.data);
  line.option({.name = "sheet",
               .label = "FILE",
               .help = "draw 64 of the images into FILE.png",
               .default_note = "none"},
              &flags.sheet);
  add_json_flag(line, flags.json);
  return line;
}

int run_data_info(const Arguments& arguments) {
  InfoFlags flags;
  if (!info_command_line(flags).parse(arguments)) {
    return 0;
  }
  require(!flags.data.source.empty(), ErrorKind::usage, "expected data to look at, got none");
  const DataPlan plan = plan_data(flags.data);
  const LoadedData data = open(flags.data, plan);
  require(flags.sheet.empty() || data.images, ErrorKind::usage,
          "--sheet: expected images, got numbers; leave it out");
  const std::optional<ImageSurvey> survey = survey_of(data);
  const std::vector<std::int64_t> samples = samples_of(data, survey);
  std::optional<ChannelStatistics> statistics;
  if (data.images && !samples.empty()) {
    statistics = channel_statistics(SubsetDataset(data.examples, samples));
  }
  if (!flags.sheet.empty()) {
    const torch::Tensor images = data.examples->get(torch::tensor(samples, torch::kLong)).inputs;
    write_png(flags.sheet,
              contact_sheet(images, {.scale = std::max<std::int64_t>(1, 64 / images.size(3))}));
  }
  if (flags.json) {
    print_json(data_info_json(data, survey, statistics));
    return 0;
  }
  for (const Fact& fact : data.facts) {
    print(cat(fact.name, ": ", fact.value, "\n"));
  }
  if (statistics) {
    print(cat("mean: ", brief_list(statistics->mean),
              "\ndeviation: ", brief_list(statistics->deviation), "\n"));
  }
  if (data.task.kind == TaskKind::classification) {
    print("\n");
    print_classes(data, count_classes(data));
  }
  if (survey) {
    print_survey(*survey);
  }
  if (!flags.sheet.empty()) {
    print(cat("Sheet: ", flags.sheet, "\n"));
  }
  return 0;
}

}  // namespace

Verb data_info_verb() {
  return {.name = "data info",
          .brief = "say what is in a data set",
          .describe = [] { return spec_of(info_command_line); },
          .run = run_data_info};
}

}  // namespace onecycle::cli
