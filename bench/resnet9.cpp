// How many images resnet9 trains on in a second: 32x32, batches of 128, SGD with momentum, in
// float32 and bf16, channels-last.
//
//   resnet9 [images] [rounds] [threads]
//
// The images are random: only time is measured. ONECYCLE_RESNET9_PEER may be a command that does
// the same work and prints such lines, as bench/resnet9_peer.py does.
#include <ATen/Parallel.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "onecycle/core/memory.h"
#include "onecycle/data/dataset.h"
#include "onecycle/data/loader.h"
#include "onecycle/model/resnet.h"
#include "onecycle/report/spread.h"
#include "onecycle/train/learner.h"
#include "peer_command.h"

namespace {

using namespace onecycle;

constexpr std::int64_t kBatch = 128;

/// Images per second of an epoch each; the first epoch, which warms up, is not among them.
std::vector<double> speeds(Precision precision, std::int64_t images, int rounds) {
  torch::manual_seed(1);
  const auto pixels =
      torch::randn({images, 3, 32, 32}).contiguous(torch::MemoryFormat::ChannelsLast);
  const auto data = std::make_shared<TensorDataset>(pixels, torch::randint(10, {images}));
  Learner learner(resnet9({}), Loader(data, {.batch_size = kBatch, .seed = 1}), std::nullopt,
                  {.precision = precision});
  std::vector<double> speeds;
  for (int round = -1; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    learner.fit({.epochs = 1, .lr = 0.01});
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (round >= 0) {
      speeds.push_back(static_cast<double>(images) / seconds.count());
    }
  }
  return speeds;
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();  // as the program does
  const std::int64_t images = argc > 1 ? std::atoll(argv[1]) : 5000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  if (argc > 3) {
    at::set_num_threads(std::atoi(argv[3]));
  }
  for (const auto precision : {Precision::float32, Precision::bfloat16}) {
    const Spread spread = *spread_of(speeds(precision, images, rounds));
    std::printf("%8.1f [%.1f - %.1f] images/s  resnet9, %s\n", spread.median, spread.low,
                spread.high, std::string(name_of(precision)).c_str());
    std::fflush(stdout);
  }
  run_peers("ONECYCLE_RESNET9_PEER");
  return 0;
}
