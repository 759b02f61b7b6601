#include "outcome.h"

#include "model_file.h"
#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "onecycle/record/run_files.h"
#include "onecycle/report/html.h"
#include "onecycle/report/summary.h"

namespace onecycle::cli {
namespace {

Json json_of(const Run& run, double loss, const std::vector<double>& metrics) {
  Json json = {{"loss", loss}};
  for (std::size_t i = 0; i < std::min(run.metrics.size(), metrics.size()); ++i) {
    json[run.metrics[i]] = metrics[i];
  }
  return json;
}

Json json_of(const Run& run, const std::optional<Evaluation>& evaluation) {
  return evaluation ? json_of(run, evaluation->loss, evaluation->metrics) : Json(nullptr);
}

Json best_json(const Run& run, const std::optional<EpochRecord>& best) {
  if (!best) {
    return nullptr;
  }
  Json json = {{"epoch", best->epoch + 1}};
  json.update(json_of(run, best->valid_loss.value_or(best->train_loss), best->metrics));
  return json;
}

std::string_view name_of(FitResult::End end) {
  switch (end) {
    case FitResult::End::completed:
      return "completed";
    case FitResult::End::stopped:
      return "interrupted";
    case FitResult::End::diverged:
      return "diverged";
  }
  return "";
}

}  // namespace

Outcome look_at(Training& training, FitResult result, const BestWeights& best) {
  Learner& learner = *training.learner;
  Outcome outcome{.result = std::move(result),
                  .max_lr = {},
                  .best = best.epoch(),
                  .train = {},
                  .valid = {},
                  .weights_sha256 = weights_sha256(learner.model())};
  if (outcome.result.end == FitResult::End::completed) {
    Loader train(training.data.train, {.batch_size = kEvaluationBatch, .shuffle = false});
    outcome.train = learner.evaluate(train);
    if (training.data.valid) {
      outcome.valid = learner.validate();
    }
  }
  return outcome;
}

void save(RunFolder& folder, const Training& training, const BestWeights& best,
          const std::string& config) {
  folder.keep();
  const Model& model = training.learner->model();
  const ModelFile file{model, training.source.task, training.data.standardization};
  write_file(folder.file("config.toml"), config);
  file.write(folder.file("last.safetensors"), named_tensors(*model.module));
  if (best.epoch()) {
    file.write(folder.file("best.safetensors"), best.weights());
  }
  write_run(folder.path(), training.learner->run());
  write_report(training.learner->run(), folder.file("report.html"));
}

Json json_of(const Outcome& outcome, const RunFolder& folder, const Run& run) {
  return {{"run", folder.path().native()},
          {"iterations", outcome.result.iterations},
          {"epochs", outcome.result.epochs},
          {"seconds", outcome.result.seconds},
          {"end", name_of(outcome.result.end)},
          {"max_lr", outcome.max_lr.back()},
          {"group_lr", outcome.max_lr},
          {"train", json_of(run, outcome.train)},
          {"valid", json_of(run, outcome.valid)},
          {"best", best_json(run, outcome.best)},
          {"weights_sha256", outcome.weights_sha256}};
}

std::string text_of(const Outcome& outcome, const RunFolder& folder, const Run& run) {
  std::string text = describe(run) + "\n";
  if (outcome.best) {
    text += cat("Best weights: ", folder.file("best.safetensors").native(), " (epoch ",
                outcome.best->epoch + 1, ")\n");
  }
  return text + cat("Report: ", folder.file("report.html").native(), "\n");
}

}  // namespace onecycle::cli
