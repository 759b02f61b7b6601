// Against the reference Python package: what its reader makes of our files.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "onecycle/report/tensorboard_log.h"
#include "report/run_stages.h"
#include "report/runs.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

// All scalars of the folder as lines `tag step wall_time value`, to a file. The checksums are
// verified here too: the reader takes what follows a broken record for the end of the file.
constexpr std::string_view kRead = R"(
import logging, pathlib, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
logging.disable(logging.WARNING)
folder, out = sys.argv[1:]
files = list(pathlib.Path(folder).iterdir())
assert len(files) == 1, files
data, records, at = files[0].read_bytes(), 0, 0
while at < len(data):
    at += 16 + int.from_bytes(data[at:at + 8], 'little')
    records += 1
assert len(list(RawEventFileLoader(str(files[0])).Load())) == records
reader = EventAccumulator(folder, size_guidance={'scalars': 0})
reader.Reload()
assert reader.file_version == 2, reader.file_version
with open(out, 'w') as lines:
    for tag in reader.Tags()['scalars']:
        for event in reader.Scalars(tag):
            print(tag, event.step, repr(event.wall_time), repr(float(event.value)), file=lines)
)";

using Series = std::map<std::string, std::vector<std::pair<std::int64_t, double>>>;

class TensorBoardPython : public testing::Test {
 protected:
  void SetUp() override {
    const char* chosen = std::getenv("ONECYCLE_PYTHON");
    const auto own = std::filesystem::path(ONECYCLE_TEST_DATA) / "../../.venv/bin/python";
    for (const std::string& python :
         {std::string(chosen ? chosen : ""), own.string(), std::string("python3")}) {
      if (!python.empty() &&
          std::system(cat("'", python,
                          "' -c 'import tensorboard.backend.event_processing.event_accumulator' "
                          "2>/dev/null")
                          .c_str()) == 0) {
        python_ = python;
        return;
      }
    }
    GTEST_SKIP() << "no Python with tensorboard; set ONECYCLE_PYTHON to one";
  }

  /// What the reader sees in `log`; all times have to be 1e9 + 0.25.
  [[nodiscard]] Series read() const {
    const auto script = temporary_.path() / "script.py";
    const auto out = temporary_.path() / "scalars.txt";
    write_file(script, kRead);
    const auto command = cat("'", python_, "' '", script.native(), "' '", folder_.native(), "' '",
                             out.native(), "'");
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    Series series;
    for (const auto& line : split(read_file(out), '\n')) {
      if (!line.empty()) {
        const auto words = split(line, ' ');
        EXPECT_EQ(words.at(2), "1000000000.25");
        series[words[0]].emplace_back(*parse_integer(words[1]), *parse_number(words.at(3)));
      }
    }
    return series;
  }

  const TempFolder temporary_;
  const std::filesystem::path folder_ = temporary_.path() / "tensorboard";
  TensorBoardLog log_{folder_, {.clock = [] { return 1e9 + 0.25; }}};
  std::string python_;
};

Series expected_of(const Run& run) {
  Series series;
  const auto add = [&](const std::string& tag, std::int64_t step, double value) {
    series[tag].emplace_back(step, static_cast<double>(static_cast<float>(value)));
  };
  for (std::size_t i = 0; i < run.iterations.size(); ++i) {
    const IterationRecord& record = run.iterations[i];
    add("loss/train", record.iteration, record.loss);
    add("loss/smoothed", record.iteration, record.smoothed);
    if (record.grad_norm) {
      add("grad_norm", record.iteration, *record.grad_norm);
    }
    for (std::size_t g = 0; g < run.groups.size(); ++g) {
      add("lr/" + run.groups[g], record.iteration, run.at(i, g).lr);
      add("momentum/" + run.groups[g], record.iteration, run.at(i, g).momentum);
      add("weight_decay/" + run.groups[g], record.iteration, run.at(i, g).weight_decay);
    }
  }
  for (const auto& epoch : run.epochs) {
    add("epoch/train_loss", epoch.iterations, epoch.train_loss);
    add("epoch/frozen", epoch.iterations, static_cast<double>(epoch.frozen));
    add("epoch/seconds", epoch.iterations, epoch.seconds);
    add("epoch/data_seconds", epoch.iterations, epoch.phases.data);
    add("epoch/forward_seconds", epoch.iterations, epoch.phases.forward);
    add("epoch/backward_seconds", epoch.iterations, epoch.phases.backward);
    add("epoch/update_seconds", epoch.iterations, epoch.phases.update);
    add("epoch/validation_seconds", epoch.iterations, epoch.phases.validation);
    if (epoch.valid_loss) {
      add("epoch/valid_loss", epoch.iterations, *epoch.valid_loss);
      add("epoch/accuracy", epoch.iterations, epoch.metrics[0]);
    }
  }
  return series;
}

TEST_F(TensorBoardPython, ReadsEveryScalarWithItsStep) {
  auto run = small_run(40);  // steps of one byte and of two
  run.epochs[3].valid_loss.reset();
  run.epochs[3].metrics.clear();
  run.epochs[2].frozen = 1;
  run.iterations[7].grad_norm = 0.5;
  for (std::size_t epoch = 0; epoch <= 40; ++epoch) {
    log_.update(first_of(run, 8 * epoch, epoch));
  }
  const Series series = read();
  EXPECT_EQ(series, expected_of(run));
  EXPECT_EQ(series.at("loss/train").size(), 320U);
  EXPECT_EQ(series.at("epoch/accuracy").size(), 39U);
}

TEST_F(TensorBoardPython, DropsWhatTheRunWentBackBehind) {
  const auto run = small_run(4);
  log_.update(run);
  log_.update(first_of(run, 21, 2));  // within an epoch
  EXPECT_EQ(read(), expected_of(first_of(run, 21, 2)));
  log_.update(first_of(run, 16, 2));  // to the end of an epoch, which stays
  EXPECT_EQ(read(), expected_of(first_of(run, 16, 2)));
  const auto other = other_from(run, 10);  // back and on again
  log_.update(other);
  EXPECT_EQ(read(), expected_of(other));
  log_.update(first_of(run, 0, 0));
  EXPECT_EQ(read(), Series());
}

TEST_F(TensorBoardPython, ReadsNumbersThatFloatsCannotHold) {
  auto run = first_of(small_run(1), 4, 0);
  run.iterations[0].loss = 1e300;
  run.iterations[1].loss = -std::numeric_limits<double>::infinity();
  run.iterations[2].loss = 1e-300;
  run.iterations[3].loss = NAN;
  log_.update(run);
  const auto losses = read().at("loss/train");
  EXPECT_EQ(losses[0].second, std::numeric_limits<double>::infinity());
  EXPECT_EQ(losses[1].second, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(losses[2].second, 0.0);
  EXPECT_TRUE(std::isnan(losses[3].second));
}

}  // namespace
}  // namespace onecycle
