// What the learner costs over a loop written by hand, and what the finder costs over training.
//
//   step_overhead [rounds] [threads]
//
// The digits, an mlp 64-128-10, batches of 64, SGD with momentum, 1cycle, 30 epochs a round. Both
// loops share the model's forward pass, the loader and the fused operator; they take turns, so that
// a machine that drifts hurts both. Prints microseconds an iteration (median, range) and the
// median of the ratios round by round.
#include <ATen/Parallel.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/zeros_like.h>
#include <torch/nn/module.h>
#include <torch/utils.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "onecycle/data/digits.h"
#include "onecycle/data/loader.h"
#include "onecycle/data/split.h"
#include "onecycle/finder/suggest.h"
#include "onecycle/model/mlp.h"
#include "onecycle/report/spread.h"
#include "onecycle/train/learner.h"

namespace {

using namespace onecycle;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kEpochs = 30;
constexpr double kRate = 0.1;

double microseconds(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

Model fresh_model() {
  torch::manual_seed(1);
  return mlp({.inputs = 64, .outputs = 10, .hidden = {128}});
}

/// The loop that a user would write: forward, backward, fused update, rate from a schedule, losses
/// kept on the device and read at the end of the epoch.
void train_by_hand(Loader loader) {
  const Model model = fresh_model();
  std::vector<torch::Tensor> parameters = model.module->parameters();
  std::vector<torch::Tensor> values;
  std::vector<torch::Tensor> momenta;
  for (const torch::Tensor& parameter : parameters) {
    values.push_back(parameter.detach());
    momenta.push_back(at::zeros_like(parameter));
  }
  const Schedule schedule = OneCycle{};
  const std::int64_t total = kEpochs * loader.batches();
  std::int64_t iteration = 0;
  for (std::int64_t epoch = 0; epoch < kEpochs; ++epoch) {
    std::vector<torch::Tensor> losses;
    loader.start_epoch(epoch);
    while (const auto batch = loader.next()) {
      const Values now = schedule.at(iteration++, total);
      const torch::Tensor loss =
          at::cross_entropy_loss(model.forward(batch->inputs), batch->targets);
      loss.backward();
      std::vector<torch::Tensor> gradients;
      gradients.reserve(parameters.size());
      for (const torch::Tensor& parameter : parameters) {
        gradients.push_back(parameter.grad());
      }
      at::_fused_sgd_(values, gradients, momenta, 0.0, *now.momentum, kRate * now.lr, 0.0, false,
                      false, false);
      for (torch::Tensor& parameter : parameters) {
        parameter.mutable_grad() = torch::Tensor();
      }
      losses.push_back(loss.detach());
    }
    (void)torch::stack(losses).mean().item<double>();
  }
}

std::unique_ptr<Learner> make_learner(const Loader& loader) {
  return std::make_unique<Learner>(fresh_model(), loader, std::nullopt);
}

void report(const char* what, const std::vector<double>& values, const char* unit) {
  const onecycle::Spread spread = *onecycle::spread_of(values);
  std::printf("%-44s %9.3f  [%.3f - %.3f] %s\n", what, spread.median, spread.low, spread.high,
              unit);
}

/// Returns the median of the learner.
double compare_steps(const Loader& loader, int rounds) {
  const auto iterations = static_cast<double>(kEpochs * loader.batches());
  std::vector<double> hand;
  std::vector<double> learner;
  std::vector<double> ratio;
  for (int round = -1; round < rounds; ++round) {
    const double a = microseconds([&] { train_by_hand(loader); }) / iterations;
    const auto own = make_learner(loader);
    const double b = microseconds([&] { own->fit_one_cycle(kEpochs, kRate); }) / iterations;
    if (round >= 0) {  // the first one warms up
      hand.push_back(a);
      learner.push_back(b);
      ratio.push_back(b / a);
    }
  }
  report("by hand, fused SGD", hand, "us/iteration");
  report("Learner, recorder and schedule on", learner, "us/iteration");
  report("Learner / by hand", ratio, "");
  return onecycle::spread_of(learner)->median;
}

/// Runs the command of ONECYCLE_PEERS, which prints lines `microseconds name`.
void compare_peers(double learner) {
  const char* command = std::getenv("ONECYCLE_PEERS");
  if (command == nullptr) {
    return;
  }
  std::FILE* pipe = popen(command, "r");
  double us = 0.0;
  std::array<char, 64> name{};
  while (pipe != nullptr && std::fscanf(pipe, "%lf %63[^\n]", &us, name.data()) == 2) {
    std::printf("%-44s %9.3f  us/iteration, %.1f times the Learner\n", name.data(), us,
                us / learner);
  }
  if (pipe == nullptr || pclose(pipe) != 0) {
    std::fprintf(stderr, "step_overhead: peers: expected '%s' to run, it failed\n", command);
  }
}

void compare_finder(const Loader& loader, int rounds) {
  std::vector<double> find;
  std::vector<double> ratio;
  FindOptions options;
  options.setup.stop.divergence = false;  // all 100 iterations
  options.setup.sweep.end_lr = 1.0;
  for (int round = -1; round < rounds; ++round) {
    auto own = make_learner(loader);
    const double plain = microseconds([&] { own->fit({.epochs = 10, .lr = 1e-3}); }) * 100.0 /
                         static_cast<double>(10 * loader.batches());
    own = make_learner(loader);
    const double found = microseconds([&] { (void)own->lr_find(options); });
    if (round >= 0) {
      find.push_back(found / 1000.0);
      ratio.push_back(found / plain);
    }
  }
  report("lr_find, 100 iterations, suggestions", find, "ms");
  report("lr_find / 100 plain iterations", ratio, "");
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  at::set_num_threads(argc > 2 ? std::atoi(argv[2]) : 1);
  const SplitData data = split_data(digits());
  const Loader loader(data.train, {.batch_size = 64, .seed = 1});
  const double learner = compare_steps(loader, rounds);
  compare_finder(loader, rounds);
  compare_peers(learner);
  return 0;
}
