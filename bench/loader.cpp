// Images a second through the loader, from files on disk and from the cache.
//
//   loader FOLDER [workers] [rounds] [batch size]
//
// FOLDER: images of one size by class, such as CIFAR-10 as JPEG files; the training part is used.
// Batches are cropped (pad 4), flipped and normalised. In each round a new cache is filled (first
// epoch: every file is read and decoded), then serves two epochs. Prints images a second, median
// and range over the rounds; nothing else than taking the batches happens meanwhile. The files are
// in the system's memory after the first round, which is not counted. ONECYCLE_LOADER_PEERS may be
// a command that takes the first three arguments and does the same work, as bench/loader_peers.py.
#include "onecycle/data/loader.h"

#include <ATen/Parallel.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "onecycle/core/memory.h"
#include "onecycle/core/text.h"
#include "onecycle/data/augment.h"
#include "onecycle/data/cache.h"
#include "onecycle/data/image_folder.h"
#include "onecycle/data/subset.h"
#include "onecycle/report/spread.h"
#include "peer_command.h"

namespace {

using namespace onecycle;
using Clock = std::chrono::steady_clock;

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Images a second, of the clock and of the processors' time.
struct Rates {
  std::vector<double> clock;
  std::vector<double> processor;
};

/// Goes through one epoch.
void measure(Loader& loader, std::int64_t epoch, Rates& rates) {
  const auto start = Clock::now();
  const double used = processor_seconds();
  loader.start_epoch(epoch);
  double images = 0;
  while (const auto batch = loader.next()) {
    images += static_cast<double>(batch->inputs.size(0));
  }
  rates.clock.push_back(images / std::chrono::duration<double>(Clock::now() - start).count());
  rates.processor.push_back(images / (processor_seconds() - used));
}

void print(const char* what, const Rates& rates) {
  const auto column = [](const Spread& s) {
    std::printf("%9.0f  [%.0f - %.0f] images/s", s.median, s.low, s.high);
  };
  std::printf("%-28s", what);
  column(*spread_of(rates.clock));
  std::printf(", of processor time");
  column(*spread_of(rates.processor));
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::printf(
        "skipped: it needs a folder of images: loader FOLDER [workers] [rounds] [batch size]\n");
    return 0;  // the others are still to run
  }
  const std::int64_t workers = argc > 2 ? std::atoi(argv[2]) : 2;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 7;
  const std::int64_t batch_size = argc > 4 ? std::atoi(argv[4]) : 128;
  at::set_num_threads(1);
  keep_freed_memory();
  const ImageFolder folder = open_image_folder(argv[1]);
  std::shared_ptr<const Dataset> images = folder.examples;
  if (folder.parts) {
    images = std::make_shared<SubsetDataset>(images, folder.parts->train);
  }
  const LoaderOptions options{
      .batch_size = batch_size,
      .transform =
          augment({.crop = RandomCrop{}, .flip = RandomFlip{}, .statistics = cifar10_statistics()}),
      .workers = workers};
  Rates first;
  Rates cached;
  Rates unused;
  for (int round = -1; round < rounds; ++round) {
    Loader loader(std::make_shared<CachedDataset>(images), options);
    measure(loader, 0, round < 0 ? unused : first);
    measure(loader, 1, round < 0 ? unused : cached);
    measure(loader, 2, round < 0 ? unused : cached);
  }
  std::printf("%lld images, batches of %lld, %lld workers\n",
              static_cast<long long>(images->size()), static_cast<long long>(batch_size),
              static_cast<long long>(workers));
  print("first epoch, from files", first);
  print("later epochs, from the cache", cached);
  run_peers("ONECYCLE_LOADER_PEERS", cat(" '", argv[1], "' ", workers, " ", rounds));
  return 0;
}
