// What trained models say of files.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "jobs/saved_models.h"
#include "onecycle/data/image_folder.h"
#include "program/output.h"

namespace onecycle::cli {

/// Where an input is from, and what the models say.
struct Answer {
  std::string source;
  std::vector<std::pair<std::string, double>> best;  ///< class and probability; of a regression ""
};

struct AnswerOptions {
  std::int64_t top = 1;                     ///< so many classes, the likeliest first
  bool flip = false;                        ///< see `SavedModels::predict`
  BadImages bad_images = BadImages::fatal;  ///< skip: named on standard error
};

/// An answer to each image, those in folders among them, or to each row of each table. Throws what
/// reading them throws; a data error if no image could be read.
std::vector<Answer> answer_files(const SavedModels& models, const Arguments& files,
                                 const AnswerOptions& options);

/// Each answer a row.
std::string as_csv(const Task& task, const std::vector<Answer>& answers);
Json as_json(const Task& task, const std::vector<Answer>& answers);

}  // namespace onecycle::cli
