#include "jobs/compare_job.h"

#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include "jobs/fit_job.h"
#include "jobs/resume_job.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "onecycle/record/run_files.h"
#include "program/interrupt.h"

namespace onecycle::cli {
namespace {

namespace fs = std::filesystem;

FitFlags fit_of(const CompareFlags& flags, const NamedPolicy& policy, std::int64_t seed,
                const std::string& rate) {
  FitFlags fit;
  fit.training = flags.training;
  fit.training.policy = policy.text;
  fit.training.seed = seed;
  fit.training.data.split_seed = flags.training.data.split_seed.value_or(flags.training.seed);
  fit.output.quiet = true;
  fit.epochs = flags.epochs;
  fit.max_lr = rate;
  fit.keep = "none";
  fit.checkpoint_every = flags.checkpoint_every;
  return fit;
}

/// A found rate with fewer digits; what is no single rate as it is.
std::string brief_rate(const std::string& rate) {
  const auto number = parse_number(rate);
  return number ? format_brief(*number) : rate;
}

class Comparison {
 public:
  Comparison(const fs::path& folder, const CompareFlags& flags, std::string data_sha256)
      : folder_(folder),
        flags_(flags),
        policies_(parse_policies(flags.policies)),
        data_sha256_(std::move(data_sha256)) {}

  [[nodiscard]] std::vector<PolicyRuns> run() {
    std::vector<PolicyRuns> all;
    for (const NamedPolicy& policy : policies_) {
      PolicyRuns& runs = all.emplace_back();
      runs.policy = policy.text;
      std::string rate = flags_.max_lr;
      for (std::int64_t i = 0; i < flags_.seeds; ++i) {
        const std::int64_t seed = flags_.training.seed + i;
        const fs::path place = folder_ / cat(policy.folder, "-seed-", seed);
        std::optional<Run> known = finished(place);
        const bool is_new = !known;
        if (is_new) {
          train(policy, seed, rate, place);
        }
        runs.runs.push_back(known ? std::move(*known) : read_run(place));
        require_same_data(runs.runs.back(), place);
        rate = rate_of(runs.runs.back());
        ++done_;
        if (is_new) {
          say(policy, seed, runs.runs.back());
        }
      }
    }
    return all;
  }

 private:
  /// The run in `place`, if it has come to its end.
  static std::optional<Run> finished(const fs::path& place) {
    if (!fs::exists(place / "run.json")) {
      return std::nullopt;
    }
    Run run = read_run(place);
    return run.end == "interrupted" ? std::nullopt : std::optional(std::move(run));
  }

  void train(const NamedPolicy& policy, std::int64_t seed, const std::string& rate,
             const fs::path& place) {
    const OutputFlags quiet{.quiet = true};
    try {
      if (fs::exists(place / kCheckpoints)) {
        resume_run(place, {}, quiet, /*tell=*/false);
      } else {
        FitFlags fit = fit_of(flags_, policy, seed, rate);
        const CommandLine line = fit_command_line(fit);
        (void)FitJob(fit, line).run(RunFolder(place, /*force=*/true));
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::interrupted) {
        throw;
      }
    }
    if (interrupted()) {
      fail(ErrorKind::interrupted, "interrupted after ", done_, " of ",
           policies_.size() * static_cast<std::size_t>(flags_.seeds),
           " runs; to go on: onecycle resume ", folder_.native());
    }
  }

  void require_same_data(const Run& run, const fs::path& place) const {
    for (const Fact& fact : run.environment) {
      require(fact.name != kDataHash || fact.value == data_sha256_, ErrorKind::data, place.native(),
              ": expected a run on the data of ", flags_.training.data.source,
              ", got one on other data; put that back, or compare into another folder");
    }
  }

  /// What was found with the first seed holds for the others.
  [[nodiscard]] std::string rate_of(const Run& run) const {
    for (const Fact& setting : run.settings) {
      if (setting.name == "max_lr") {
        return setting.value;
      }
    }
    return flags_.max_lr;
  }

  void say(const NamedPolicy& policy, std::int64_t seed, const Run& run) const {
    if (flags_.output.quiet) {
      return;
    }
    std::string text = run.end;
    if (run.end == "completed" && !run.epochs.empty()) {
      const EpochRecord& last = run.epochs.back();
      text = cat("loss ", format_cell(last.valid_loss.value_or(last.train_loss)));
      for (std::size_t m = 0; m < last.metrics.size(); ++m) {
        text += cat(", ", run.metrics[m], " ", format_cell(last.metrics[m]));
      }
    }
    std::fprintf(stderr, "%zu of %zu: %s, seed %lld, rate %s: %s\n", done_,
                 policies_.size() * static_cast<std::size_t>(flags_.seeds), policy.text.c_str(),
                 static_cast<long long>(seed), brief_rate(rate_of(run)).c_str(), text.c_str());
  }

  const fs::path& folder_;
  const CompareFlags& flags_;
  std::vector<NamedPolicy> policies_;
  std::string data_sha256_;
  std::size_t done_ = 0;
};

Json json_of(const std::optional<Spread>& spread) {
  return spread ? Json{{"median", spread->median}, {"low", spread->low}, {"high", spread->high}}
                : Json();
}

Json json_of(const PolicyComparison& comparison, const fs::path& folder) {
  Json policies = Json::array();
  for (const PolicyResult& result : comparison.results) {
    Json metrics = Json::object();
    for (std::size_t m = 0; m < comparison.metrics.size(); ++m) {
      metrics[comparison.metrics[m]] = json_of(result.metrics[m]);
    }
    policies.push_back({{"policy", result.policy},
                        {"runs", result.runs},
                        {"diverged", result.diverged},
                        {"highest_lr", result.highest_lr},
                        {"loss", json_of(result.loss)},
                        {"metrics", std::move(metrics)},
                        {"iterations_to_target", json_of(result.iterations)},
                        {"seconds_to_target", json_of(result.reach_seconds)},
                        {"seconds", json_of(result.seconds)},
                        {"standing", result.standing == Standing::winner   ? "winner"
                                     : result.standing == Standing::behind ? "behind"
                                                                           : "level"}});
  }
  return {{"comparison", folder.native()},
          {"metric", comparison.criterion.metric},
          {"target", *comparison.criterion.target},
          {"winner", comparison.results[comparison.winner].policy},
          {"policies", std::move(policies)},
          {"report", (folder / "comparison.html").native()}};
}

}  // namespace

CheckedComparison check(const CompareFlags& flags) {
  CheckedComparison checked;
  for (const NamedPolicy& policy : parse_policies(flags.policies)) {
    FitFlags fit = fit_of(flags, policy, flags.training.seed, flags.max_lr);
    fit.metric = flags.metric.value_or(fit.metric);
    const CommandLine line = fit_command_line(fit);
    const FitJob job(fit, line);
    checked.data_name = job.data_name();
    checked.model_name = job.model_name();
    checked.data_sha256 = job.data_sha256();
    checked.criterion = {.metric = flags.metric.value_or(job.natural_metric()),
                         .higher_is_better = false,
                         .target = flags.reach};
    checked.criterion.higher_is_better = job.higher_is_better(checked.criterion.metric);
  }
  return checked;
}

bool is_comparison(const fs::path& folder) { return fs::exists(folder / kComparison); }

void run_comparison(const fs::path& folder, CompareFlags& flags, const CheckedComparison& checked) {
  catch_interrupt();
  const auto all = Comparison(folder, flags, checked.data_sha256).run();
  const PolicyComparison comparison = compare_policies(all, checked.criterion);
  const Json json = json_of(comparison, folder);
  write_file(folder / "comparison.csv", csv_of(policy_runs_table(all, comparison)));
  write_file(folder / "comparison.json",
             json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  write_file(
      folder / "comparison.html",
      policy_comparison_html(all, comparison, facts_of(compare_command_line(flags).settings())));
  if (flags.output.json) {
    print_json(json);
    return;
  }
  print(policies_table(comparison));
  print_prose(cat("\n", describe(comparison), "\n"));
  print(cat("Report: ", (folder / "comparison.html").native(), "\n"));
}

void resume_comparison(const fs::path& folder, const OutputFlags& output) {
  CompareFlags flags;
  CommandLine line = compare_command_line(flags);
  if (!line.parse({"--config", (folder / kComparison).native()})) {
    return;
  }
  flags.output = output;
  run_comparison(folder, flags, check(flags));
}

}  // namespace onecycle::cli
