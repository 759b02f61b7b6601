#include "jobs/answers.h"

#include <ATen/ops/cat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "onecycle/core/csv.h"
#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/data/image_files.h"
#include "onecycle/data/table_inputs.h"

namespace onecycle::cli {
namespace {

constexpr std::size_t kImagesAtOnce = 64;

Answer answer_of(const Task& task, std::string source, const torch::Tensor& output,
                 std::int64_t top) {
  Answer answer{.source = std::move(source), .best = {}};
  if (task.kind == TaskKind::regression) {
    answer.best.emplace_back("", output.item<double>());
    return answer;
  }
  const auto [values, indices] =
      output.topk(std::min(top, static_cast<std::int64_t>(task.classes.size())));
  for (std::int64_t k = 0; k < values.size(0); ++k) {
    answer.best.emplace_back(
        task.classes[static_cast<std::size_t>(indices[k].item<std::int64_t>())],
        values[k].item<double>());
  }
  return answer;
}

void add_answers(const SavedModels& models, const Arguments& sources, const torch::Tensor& outputs,
                 std::int64_t top, std::vector<Answer>& answers) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    answers.push_back(
        answer_of(models.task(), sources[i], outputs[static_cast<std::int64_t>(i)], top));
  }
}

/// The files themselves, and those in the folders among them.
Arguments images_among(const Arguments& files) {
  Arguments images;
  for (const std::string& file : files) {
    if (std::error_code none; !std::filesystem::is_directory(file, none)) {
      images.push_back(file);
      continue;
    }
    for (const std::filesystem::path& image : list_image_files(file)) {
      images.push_back(image.native());
    }
  }
  return images;
}

/// Reads those of the images that can be read, and leaves the others out of `files`.
torch::Tensor read_good_inputs(const TrainedModel& model, Arguments& files) {
  std::vector<torch::Tensor> inputs;
  std::erase_if(files, [&](const std::string& file) {
    try {
      inputs.push_back(read_inputs(model, {file}));
      return false;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::data) {
        throw;
      }
      std::fprintf(stderr, "onecycle predict: passed over: %s\n", error.what());
      return true;
    }
  });
  return inputs.empty() ? torch::Tensor() : at::cat(inputs);
}

std::vector<Answer> answer_images(const SavedModels& models, const Arguments& files,
                                  const AnswerOptions& options) {
  std::vector<Answer> answers;
  for (std::size_t first = 0; first < files.size(); first += kImagesAtOnce) {
    Arguments some(
        files.begin() + static_cast<std::ptrdiff_t>(first),
        files.begin() + static_cast<std::ptrdiff_t>(std::min(files.size(), first + kImagesAtOnce)));
    const torch::Tensor inputs = options.bad_images == BadImages::skip
                                     ? read_good_inputs(models.first(), some)
                                     : read_inputs(models.first(), some);
    if (!some.empty()) {
      add_answers(models, some, models.predict(inputs, options.flip), options.top, answers);
    }
  }
  require(!answers.empty(), ErrorKind::data,
          "expected at least one image that can be read, got none");
  return answers;
}

std::vector<Answer> answer_tables(const SavedModels& models, const Arguments& files,
                                  const AnswerOptions& options) {
  std::vector<Answer> answers;
  for (const std::string& file : files) {
    const TableInputs table = read_table_inputs(file, models.task());
    Arguments sources;
    sources.reserve(table.lines.size());
    for (const std::int64_t line : table.lines) {
      sources.push_back(cat(file, ":", line));
    }
    add_answers(models, sources, models.predict(table.inputs), options.top, answers);
  }
  return answers;
}

}  // namespace

std::vector<Answer> answer_files(const SavedModels& models, const Arguments& files,
                                 const AnswerOptions& options) {
  return models.task().features.empty() ? answer_images(models, images_among(files), options)
                                        : answer_tables(models, files, options);
}

std::string as_csv(const Task& task, const std::vector<Answer>& answers) {
  if (task.kind == TaskKind::regression) {
    std::string text = csv_row({"input", task.target});
    for (const Answer& answer : answers) {
      text += csv_row({answer.source, format_number(answer.best.front().second)});
    }
    return text;
  }
  std::vector<std::string> header{"input", "class", "probability"};
  for (std::size_t k = 2; k <= answers.front().best.size(); ++k) {
    header.push_back(cat("class_", k));
    header.push_back(cat("probability_", k));
  }
  std::string text = csv_row(header);
  for (const Answer& answer : answers) {
    std::vector<std::string> row{answer.source};
    for (const auto& [name, probability] : answer.best) {
      row.push_back(name);
      row.push_back(format_number(probability));
    }
    text += csv_row(row);
  }
  return text;
}

Json as_json(const Task& task, const std::vector<Answer>& answers) {
  Json list = Json::array();
  for (const Answer& answer : answers) {
    Json entry{{"input", answer.source}};
    if (task.kind == TaskKind::regression) {
      entry[task.target] = answer.best.front().second;
    } else {
      Json best = Json::array();
      for (const auto& [name, probability] : answer.best) {
        best.push_back({{"class", name}, {"probability", probability}});
      }
      entry["classes"] = std::move(best);
    }
    list.push_back(std::move(entry));
  }
  return {{"predictions", std::move(list)}};
}

}  // namespace onecycle::cli
