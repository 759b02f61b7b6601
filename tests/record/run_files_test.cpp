#include "onecycle/record/run_files.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "record/run_tables.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

class RunFiles : public testing::Test {
 protected:
  void expect_damaged(const std::string& message) const {
    try {
      read_run(folder_);
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      EXPECT_EQ(std::string(error.what()).substr(0, message.size()), message);
    }
  }

  const TempFolder temporary_;
  const fs::path folder_ = temporary_.path();
};

Run named(const std::string& name) {
  Run run;
  run.name = name;
  return run;
}

Run example() {
  Run run = named("digits, \"mlp\"");
  run.groups = {"body", "head"};
  run.metrics = {"accuracy", "top_3"};
  run.settings = {{"epochs", "30"}, {"hidden", "128,64"}};
  run.environment = {{"torch", "2.13.0"}};
  for (int i = 0; i < 5; ++i) {
    run.iterations.push_back({.iteration = i,
                              .epoch = i / 3,
                              .batches = 2,
                              .examples = 128 - i,
                              .loss = 1.0 / (i + 3),
                              .smoothed = std::exp(-i)});
    run.values.push_back({.lr = 0.1 * i, .momentum = 0.95, .weight_decay = 1e-300});
    run.values.push_back({.lr = 1e-7 / 3, .momentum = 0.85, .weight_decay = 0.0});
  }
  run.iterations[3].loss = NAN;
  run.iterations[4].smoothed = -INFINITY;
  run.epochs.push_back(
      {.epoch = 0,
       .iterations = 3,
       .train_loss = 0.5,
       .valid_loss = 0.25,
       .metrics = {0.9, 1.0 / 3},
       .seconds = 0.125,
       .phases = {
           .data = 0.01, .forward = 0.02, .backward = 0.03, .update = 0.04, .validation = 0.005}});
  run.epochs.push_back(
      {.epoch = 1, .iterations = 5, .train_loss = NAN, .valid_loss = {}, .metrics = {}});
  run.find = FindRecord{.lr = {1e-7, 1e-3},
                        .loss = {2.5, NAN},
                        .smoothed = {2.5, NAN},
                        .suggestions = {{.rule = "valley", .lr = 1.0 / 3, .why = ""},
                                        {.rule = "steep", .lr = {}, .why = "the curve only rises"}},
                        .stopped = "the loss is not finite",
                        .batches = 2,
                        .epochs = 1.0 / 7,
                        .planned = 100};
  return run;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void expect_same(const Run& a, const Run& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.groups, b.groups);
  EXPECT_EQ(a.metrics, b.metrics);
  ASSERT_EQ(a.settings.size(), b.settings.size());
  ASSERT_EQ(a.environment.size(), b.environment.size());
  for (std::size_t i = 0; i < a.settings.size(); ++i) {
    EXPECT_EQ(a.settings[i].name, b.settings[i].name);
    EXPECT_EQ(a.settings[i].value, b.settings[i].value);
  }
  EXPECT_EQ(a.environment.front().value, b.environment.front().value);
  ASSERT_EQ(a.iterations.size(), b.iterations.size());
  ASSERT_EQ(a.values.size(), b.values.size());
  for (std::size_t i = 0; i < a.iterations.size(); ++i) {
    const IterationRecord& x = a.iterations[i];
    const IterationRecord& y = b.iterations[i];
    EXPECT_TRUE(x.iteration == y.iteration && x.epoch == y.epoch && x.batches == y.batches &&
                x.examples == y.examples && same(x.loss, y.loss) && same(x.smoothed, y.smoothed))
        << "iteration " << i;
  }
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    EXPECT_TRUE(a.values[i].lr == b.values[i].lr && a.values[i].momentum == b.values[i].momentum &&
                a.values[i].weight_decay == b.values[i].weight_decay)
        << "values " << i;
  }
  ASSERT_EQ(a.epochs.size(), b.epochs.size());
  for (std::size_t i = 0; i < a.epochs.size(); ++i) {
    const EpochRecord& x = a.epochs[i];
    const EpochRecord& y = b.epochs[i];
    EXPECT_TRUE(x.epoch == y.epoch && x.iterations == y.iterations &&
                same(x.train_loss, y.train_loss) && x.valid_loss == y.valid_loss &&
                x.metrics == y.metrics && x.seconds == y.seconds &&
                x.phases.data == y.phases.data && x.phases.validation == y.phases.validation)
        << "epoch " << i;
  }
}

void expect_same(const FindRecord& a, const FindRecord& b) {
  EXPECT_EQ(a.stopped, b.stopped);
  EXPECT_EQ(a.batches, b.batches);
  EXPECT_EQ(a.epochs, b.epochs);
  EXPECT_EQ(a.planned, b.planned);
  EXPECT_EQ(a.lr, b.lr);
  ASSERT_EQ(a.loss.size(), b.loss.size());
  for (std::size_t i = 0; i < a.loss.size(); ++i) {
    EXPECT_TRUE(same(a.loss[i], b.loss[i]) && same(a.smoothed[i], b.smoothed[i])) << i;
  }
  ASSERT_EQ(a.suggestions.size(), b.suggestions.size());
  for (std::size_t i = 0; i < a.suggestions.size(); ++i) {
    EXPECT_EQ(a.suggestions[i].rule, b.suggestions[i].rule);
    EXPECT_EQ(a.suggestions[i].lr, b.suggestions[i].lr);
    EXPECT_EQ(a.suggestions[i].why, b.suggestions[i].why);
  }
}

TEST_F(RunFiles, EverythingComesBack) {
  const auto run = example();
  write_run(folder_, run);
  const auto back = read_run(folder_);
  expect_same(back, run);
  ASSERT_TRUE(back.find.has_value());
  expect_same(*back.find, *run.find);
}

TEST_F(RunFiles, AnEmptyRunComesBack) {
  write_run(folder_, named("empty"));
  EXPECT_FALSE(fs::exists(folder_ / "iterations.csv"));
  const auto back = read_run(folder_);
  EXPECT_EQ(back.name, "empty");
  EXPECT_FALSE(back.find.has_value());
}

TEST_F(RunFiles, TablesAreForPeopleToo) {
  auto run = example();
  write_run(folder_, run);
  EXPECT_EQ(read_file(folder_ / "epochs.csv"),
            "epoch,iterations,frozen,train_loss,valid_loss,accuracy,top_3,seconds,data_seconds,"
            "forward_seconds,backward_seconds,update_seconds,validation_seconds\n"
            "0,3,0,0.5,0.25,0.9,0.3333333333333333,0.125,0.01,0.02,0.03,0.04,0.005\n"
            "1,5,0,nan,,,,0,0,0,0,0,0\n");
  const std::string table = read_file(folder_ / "iterations.csv");
  EXPECT_EQ(
      table.substr(0, table.find('\n')),
      "iteration,epoch,batches,examples,loss,smoothed,grad_norm,lr.body,lr.head,momentum.body,"
      "momentum.head,weight_decay.body,weight_decay.head");
  run.groups = {"all"};
  write_run(folder_, run);
  const std::string one = read_file(folder_ / "iterations.csv");
  EXPECT_EQ(one.substr(0, one.find('\n')),
            "iteration,epoch,batches,examples,loss,smoothed,grad_norm,lr,momentum,weight_decay");
}

TEST_F(RunFiles, WritingAgainLeavesNothingOfTheOldRun) {
  write_run(folder_, example());
  write_run(folder_, named("second"));
  const auto back = read_run(folder_);
  EXPECT_TRUE(back.iterations.empty());
  EXPECT_FALSE(fs::exists(folder_ / "find.csv"));
}

TEST_F(RunFiles, AFolderWithoutARunIsRefused) {
  expect_damaged(folder_.native() + ": expected the folder of a run, got no run.json in it");
}

/// A text line by line.
TextPieces lines_of(const std::string& text) {
  auto rest = std::make_shared<std::string>(text);
  return [rest] {
    const std::string line = rest->substr(0, rest->find('\n') + 1);
    rest->erase(0, line.size());
    return line;
  };
}

TEST_F(RunFiles, TablesInPiecesAreTheWholeTable) {
  const auto run = example();
  write_run(folder_, run);
  std::string text = read_file(folder_ / "iterations.csv");
  auto back = named("");
  back.groups = run.groups;
  read_iterations(lines_of(text), "iterations.csv", back);
  ASSERT_EQ(back.iterations.size(), run.iterations.size());
  EXPECT_EQ(back.values.size(), run.values.size());
  EXPECT_EQ(back.iterations.back().loss, run.iterations.back().loss);
  text += "not,a,row\n";
  try {
    read_iterations(lines_of(text), "iterations.csv", back);
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).substr(0, 18), "iterations.csv:7: ");
  }
}

TEST_F(RunFiles, DamageIsNamedByFileLineAndColumn) {
  write_run(folder_, example());
  const std::string epochs = (folder_ / "epochs.csv").native();
  const std::string head =
      "epoch,iterations,frozen,train_loss,valid_loss,accuracy,top_3,seconds,data_seconds,"
      "forward_seconds,backward_seconds,update_seconds,validation_seconds\n";
  write_file(epochs, head + "0,3,0,0.5,0.25,high,0.3,0.125,0,0,0,0,0\n");
  expect_damaged(epochs + ":2: column 'accuracy': expected a number or nothing, got 'high'");
  write_file(epochs, head + "0,3.5,0,0.5,0.25,1,0.3,0.125,0,0,0,0,0\n");
  expect_damaged(epochs + ":2: column 'iterations': expected a whole number, got '3.5'");
  write_file(epochs, head + "0,3,0,0.5,0.25,,0.3,0.125,0,0,0,0,0\n");
  expect_damaged(epochs + ":2: expected numbers for the first metrics and nothing for the others");
  write_file(epochs, "epoch,train_loss\n0,1\n");
  expect_damaged(epochs + ":1: expected the columns epoch,iterations,");
  write_file(folder_ / "run.json", "{\"name\": 3}");
  expect_damaged((folder_ / "run.json").native() + ": expected the description of a run: ");
}

}  // namespace
}  // namespace onecycle
