#include "jobs/outcome.h"

#include <filesystem>

#include "onecycle/core/text.h"
#include "onecycle/record/run_files.h"
#include "onecycle/report/html.h"
#include "onecycle/report/summary.h"
#include "onecycle/train/predictions.h"
#include "onecycle/train/trained_model.h"

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

std::string_view name_of(FitResult::End end, bool interrupted) {
  switch (end) {
    case FitResult::End::completed:
      return "completed";
    case FitResult::End::stopped:
      return interrupted ? "interrupted" : "stopped";
    case FitResult::End::diverged:
      return "diverged";
  }
  return "";
}

/// The files of one set of weights: one, or with several members one each.
std::vector<std::string> files_of(const ComparedWeights& weights) {
  if (weights.members.size() == 1) {
    return {cat(weights.name, ".safetensors")};
  }
  std::vector<std::string> files;
  files.reserve(weights.members.size());
  for (std::size_t i = 0; i < weights.members.size(); ++i) {
    files.push_back(cat(weights.name, "-", i + 1, ".safetensors"));
  }
  return files;
}

Json weights_json(const Outcome& outcome, const Run& run) {
  Json all = Json::array();
  for (const ComparedWeights& weights : outcome.weights) {
    all.push_back({{"name", weights.name},
                   {"what", weights.what},
                   {"valid", json_of(run, weights.evaluation)},
                   {"files", files_of(weights)}});
  }
  return all;
}

/// Those that an earlier part of the run has left: not all of them are written again.
void remove_weights(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto name = entry.path().filename();
    if (name.extension() == ".safetensors" && is_run_file(name)) {
      found.push_back(entry.path());
    }
  }
  for (const auto& path : found) {
    std::filesystem::remove(path);
  }
}

std::vector<WeightsRecord> records_of(const Outcome& outcome) {
  std::vector<WeightsRecord> records;
  for (const ComparedWeights& weights : outcome.weights) {
    WeightsRecord& record = records.emplace_back();
    record.name = weights.name;
    record.what = weights.what;
    if (weights.evaluation) {
      record.valid_loss = weights.evaluation->loss;
      record.metrics = weights.evaluation->metrics;
    }
  }
  records[outcome.chosen].chosen = true;
  return records;
}

/// How `weights` answer on the validation set; nothing if it is no classification, or if answers
/// are not numbers.
std::optional<PredictionsRecord> predictions_of(const Training& training,
                                                const ComparedWeights& weights) {
  const Task& task = training.source.task;
  if (task.kind != TaskKind::classification || !training.data.valid) {
    return std::nullopt;
  }
  const torch::Tensor outputs = outputs_of(*training.learner, weights);
  if (!torch::isfinite(outputs).all().item<bool>()) {
    return std::nullopt;
  }
  PredictionsRecord record = classify_mistakes(outputs, training.data.valid_targets, task.classes);
  record.weights = weights.name;
  for (Mistake& mistake : record.worst) {
    mistake.example = training.data.valid_indices[static_cast<std::size_t>(mistake.example)];
    const torch::Tensor input =
        training.source.examples->slice(mistake.example, mistake.example + 1).inputs[0];
    if (input.dim() == 3) {
      mistake.picture = picture_of(input);
    }
  }
  return record;
}

}  // namespace

Outcome look_at(Training& training, FitResult result,
                const std::vector<std::shared_ptr<KeptWeights>>& kept, bool interrupted,
                const ChooseOptions& choice) {
  Learner& learner = *training.learner;
  Outcome outcome;
  outcome.end = name_of(result.end, interrupted);
  outcome.result = std::move(result);
  outcome.weights_sha256 = weights_sha256(learner.model());
  for (const auto& each : kept) {
    if (const auto* best = dynamic_cast<const BestWeights*>(each.get())) {
      outcome.best = best->epoch();
    }
  }
  outcome.weights = compare_weights(learner, kept);
  outcome.chosen = choose_weights(outcome.weights, choice);
  learner.run().end = outcome.end;
  learner.run().weights = records_of(outcome);
  if (outcome.end == "interrupted" || outcome.end == "diverged") {
    return outcome;
  }
  Loader train(training.data.train_plain, {.batch_size = kEvaluationBatch, .shuffle = false});
  outcome.train = learner.evaluate(train);
  outcome.valid = outcome.weights.front().evaluation;
  learner.run().predictions = predictions_of(training, outcome.weights[outcome.chosen]);
  return outcome;
}

void save(const RunFolder& folder, const Training& training, const Outcome& outcome) {
  remove_weights(folder.path());
  const Model& model = training.learner->model();
  const TrainedModel trained{.model = model,
                             .task = training.source.task,
                             .standardization = training.data.standardization,
                             .resize = training.resize};
  for (const ComparedWeights& weights : outcome.weights) {
    const std::vector<std::string> files = files_of(weights);
    for (std::size_t i = 0; i < files.size(); ++i) {
      save_trained_model(folder.file(files[i]), trained, weights.members[i]);
    }
  }
  if (outcome.weights[outcome.chosen].members.size() == 1) {
    save_trained_model(folder.file("model.safetensors"), trained,
                       outcome.weights[outcome.chosen].members.front());
  }
  write_report(training.learner->run(), folder.file("report.html"));
  // The last: where it is, the run is whole.
  write_run(folder.path(), training.learner->run());
}

std::vector<Fact> facts_of(const std::vector<Setting>& settings) {
  std::vector<Fact> facts;
  facts.reserve(settings.size());
  for (const Setting& setting : settings) {
    facts.push_back({setting.name, setting.value});
  }
  return facts;
}

void describe_run(Run& run, const RunFolder& folder, const std::vector<Setting>& settings,
                  std::vector<Fact> facts) {
  run.name = folder.path().filename().native();
  const std::vector<Fact> all = facts_of(settings);
  run.settings.insert(run.settings.end(), all.begin(), all.end());
  run.environment = std::move(facts);
}

Json json_of(const Outcome& outcome, const RunFolder& folder, const Run& run) {
  return {{"run", folder.path().native()},
          {"iterations", outcome.result.iterations},
          {"epochs", outcome.result.epochs},
          {"seconds", outcome.result.seconds},
          {"end", outcome.end},
          {"why", outcome.result.why},
          {"overflows", outcome.result.overflows},
          {"returns", outcome.result.returns},
          {"max_lr", outcome.max_lr.back()},
          {"group_lr", outcome.max_lr},
          {"train", json_of(run, outcome.train)},
          {"valid", json_of(run, outcome.valid)},
          {"best", best_json(run, outcome.best)},
          {"weights", weights_json(outcome, run)},
          {"chosen", outcome.weights[outcome.chosen].name},
          {"weights_sha256", outcome.weights_sha256}};
}

void print_text(const Outcome& outcome, const RunFolder& folder, const Run& run) {
  print_prose(describe(run) + "\n");
  const ComparedWeights& chosen = outcome.weights[outcome.chosen];
  if (outcome.weights.size() > 1 && chosen.evaluation) {
    print("\n");
    print(weights_table(run));
    print("\n");
  }
  std::vector<std::string> paths;
  for (const std::string& file : files_of(chosen)) {
    paths.push_back(folder.file(file).native());
  }
  print(cat("Weights: ", join(paths, ", "), " (", chosen.what, ")\n",
            "Report: ", folder.file("report.html").native(), "\n"));
}

}  // namespace onecycle::cli
