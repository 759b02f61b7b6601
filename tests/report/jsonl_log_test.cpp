#include "onecycle/report/jsonl_log.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "report/run_stages.h"
#include "report/runs.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

class JsonLines : public testing::Test {
 protected:
  [[nodiscard]] std::vector<Json> lines() const {
    std::vector<Json> objects;
    for (const auto& line : split(read_file(path_), '\n')) {
      objects.push_back(line.empty() ? Json() : Json::parse(line));
    }
    EXPECT_TRUE(objects.back().is_null()) << "the last line has no end";
    objects.pop_back();
    return objects;
  }

  const TempFolder temporary_;
  const fs::path path_ = temporary_.path() / "log.jsonl";
};

TEST_F(JsonLines, SayAllOfTheRun) {
  auto run = small_run(2);
  run.iterations[3].grad_norm = 1.5;
  run.epochs[1].frozen = 1;
  run.epochs[0].phases.forward = 0.25;
  JsonLinesLog(path_).update(run);
  const auto lines = this->lines();
  ASSERT_EQ(lines.size(), 1U + 16U + 2U);
  EXPECT_EQ(lines[0], Json::parse(R"({"event": "begin", "name": "small", "groups": ["body", "head"],
      "settings": {"batch_size": "64", "policy": "one_cycle"}, "environment": {"threads": "2"}})"));
  for (std::size_t i = 0; i < 16; ++i) {
    const IterationRecord& record = run.iterations[i];
    const auto values = [&](double GroupValues::*field) {
      return Json{{"body", run.at(i, 0).*field}, {"head", run.at(i, 1).*field}};
    };
    const Json expected{{"event", "iteration"},
                        {"iteration", record.iteration},
                        {"epoch", record.epoch},
                        {"batches", 1},
                        {"examples", 64},
                        {"loss", record.loss},
                        {"smoothed", record.smoothed},
                        {"grad_norm", i == 3 ? Json(1.5) : Json()},
                        {"lr", values(&GroupValues::lr)},
                        {"momentum", values(&GroupValues::momentum)},
                        {"weight_decay", values(&GroupValues::weight_decay)}};
    EXPECT_EQ(lines[1 + i + i / 8], expected) << i;
  }
  for (std::size_t e = 0; e < 2; ++e) {
    const EpochRecord& record = run.epochs[e];
    const Json expected{{"event", "epoch"},
                        {"epoch", record.epoch},
                        {"iterations", record.iterations},
                        {"frozen", e == 1 ? 1 : 0},
                        {"train_loss", record.train_loss},
                        {"valid_loss", *record.valid_loss},
                        {"metrics", {{"accuracy", record.metrics[0]}}},
                        {"seconds", 0.5},
                        {"data_seconds", 0},
                        {"forward_seconds", e == 0 ? 0.25 : 0},
                        {"backward_seconds", 0},
                        {"update_seconds", 0},
                        {"validation_seconds", 0}};
    EXPECT_EQ(lines[9 * e + 9], expected) << e;
  }
}

TEST_F(JsonLines, InPiecesAreThoseOfOneGo) {
  const auto run = small_run(3);
  JsonLinesLog(path_).update(run);
  const std::string whole = read_file(path_);
  JsonLinesLog log(path_);
  for (const auto& stage : stages_of(run)) {
    log.update(stage);
    const std::string now = read_file(path_);
    EXPECT_EQ(now, whole.substr(0, now.size()));
    EXPECT_EQ(now.back(), '\n');
  }
  log.update(run);
  EXPECT_EQ(read_file(path_), whole);
}

TEST_F(JsonLines, NullStandsForWhatJsonDoesNotHave) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  auto run = small_run(1);
  run.name = "a \"quoted\"\nname, and \xFF";
  run.groups[1] = "he\"ad";
  run.iterations[0].loss = NAN;
  run.iterations[0].smoothed = -kInfinity;
  run.values[1].lr = kInfinity;
  run.epochs[0].train_loss = kInfinity;
  run.epochs[0].valid_loss.reset();
  run.epochs[0].metrics.clear();
  JsonLinesLog(path_).update(run);
  const auto lines = this->lines();
  EXPECT_EQ(lines[0]["name"], "a \"quoted\"\nname, and \xEF\xBF\xBD");
  EXPECT_EQ(lines[0]["groups"][1], "he\"ad");
  EXPECT_TRUE(lines[1]["loss"].is_null() && lines[1]["smoothed"].is_null());
  EXPECT_TRUE(lines[1]["lr"]["he\"ad"].is_null());
  const Json& epoch = lines.back();
  EXPECT_TRUE(epoch["train_loss"].is_null() && epoch["valid_loss"].is_null());
  EXPECT_EQ(epoch["metrics"], Json::parse(R"({"accuracy": null})"));
}

TEST_F(JsonLines, HaveNumbersInTheirShortestForm) {
  auto run = first_of(small_run(1), 1, 0);
  run.groups = {"all"};
  run.iterations[0].loss = 1.0 / 3;
  run.iterations[0].smoothed = -0.0;
  run.values = {{.lr = 5e-324, .momentum = 0.1, .weight_decay = 1e22}};
  JsonLinesLog(path_).update(run);
  EXPECT_EQ(split(read_file(path_), '\n')[1],
            R"({"event":"iteration","iteration":0,"epoch":0,"batches":1,"examples":64,)"
            R"("loss":0.3333333333333333,"smoothed":-0.0,"grad_norm":null,"lr":{"all":5e-324},)"
            R"("momentum":{"all":0.1},"weight_decay":{"all":1e+22}})");
  EXPECT_TRUE(std::signbit(lines()[1]["smoothed"].get<double>()));
}

TEST_F(JsonLines, SayThatARunWentBack) {
  const auto run = small_run(2);
  JsonLinesLog log(path_);
  log.update(run);
  log.update(first_of(run, 11, 1));
  EXPECT_EQ(lines().back().dump(), R"({"event":"rewind","iteration":11,"epoch":1})");
  const auto other = other_from(run, 11);
  log.update(other);
  const auto lines = this->lines();
  ASSERT_EQ(lines.size(), 19U + 1U + 5U + 1U);
  EXPECT_EQ(lines[20]["iteration"], 11);
  EXPECT_EQ(lines[20]["loss"], other.iterations[11].loss);
  EXPECT_EQ(lines.back()["train_loss"], other.epochs[1].train_loss);
}

TEST_F(JsonLines, ReplaceAnOlderFileWhenTheyBegin) {
  JsonLinesLog(path_).update(small_run(2));
  const JsonLinesLog log(path_);
  EXPECT_EQ(read_file(path_), "");
}

TEST_F(JsonLines, NameThePathThatCannotBeWritten) {
  const fs::path inside = temporary_.path() / "no" / "log.jsonl";
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { JsonLinesLog{inside}; }),
            inside.native() +
                ": cannot be written: No such file or directory; make the folder first or name "
                "another");
  if (fs::exists("/dev/full")) {
    JsonLinesLog full("/dev/full");
    EXPECT_EQ(message_of(ErrorKind::internal, [&] { full.update(small_run(1)); }),
              "/dev/full: cannot be written: No space left on device");
  }
}

}  // namespace
}  // namespace onecycle
