// A learner with parts of your own: data, model, policy and callbacks.
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/utils.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <numbers>
#include <string_view>
#include <tuple>

#include "onecycle/data/loader.h"
#include "onecycle/train/learner.h"

namespace {

/// Data: how many examples there are, and any of them. Here they are worked out on demand: waves of
/// 32 samples, example i being a sine (even i) or a square (odd i) of its own length and phase.
class Waves final : public onecycle::Dataset {
 public:
  Waves(std::int64_t first, std::int64_t count) : first_(first), count_(count) {}
  [[nodiscard]] std::int64_t size() const override { return count_; }
  [[nodiscard]] onecycle::Batch get(const torch::Tensor& indices) const override {
    const torch::Tensor i = (indices + first_).unsqueeze(1);
    const torch::Tensor length = 8 + i % 13;
    const torch::Tensor phase = (i % 17).to(torch::kFloat);
    const torch::Tensor time = torch::arange(32).unsqueeze(0);
    const torch::Tensor sine = torch::sin(2.0 * std::numbers::pi * time / length + phase);
    return {.inputs = torch::where(i % 2 == 0, sine, sine.sign()), .targets = i.squeeze(1) % 2};
  }

 private:
  std::int64_t first_;
  std::int64_t count_;
};

/// Model: any module whose `forward` turns one tensor into one tensor.
struct NetImpl : torch::nn::Module {
  torch::Tensor forward(const torch::Tensor& x) { return head->forward(body->forward(x)); }
  torch::nn::Sequential body =
      register_module("body", torch::nn::Sequential(torch::nn::Linear(32, 32), torch::nn::ReLU(),
                                                    torch::nn::Linear(32, 32), torch::nn::ReLU()));
  torch::nn::Linear head = register_module("head", torch::nn::Linear(32, 2));
};
TORCH_MODULE(Net);

/// Policy: an aggregate of options, each described once, and a function of the position.
struct Triangle {
  double low = 0.1;

  static constexpr std::string_view name = "triangle";
  static constexpr std::string_view summary = "a straight line up, a straight line down";
  static constexpr std::string_view source = "Smith, arXiv 1506.01186";
  static constexpr auto fields() {
    return std::tuple{onecycle::Field<Triangle, double>{
        "low", &Triangle::low, "factor", "of the peak rate, at both ends", onecycle::kFraction}};
  }

  [[nodiscard]] onecycle::Values at(onecycle::Position position) const {
    const double q = position.fraction();
    return {.lr = low + (1.0 - low) * (q < 0.5 ? 2.0 * q : 2.0 - 2.0 * q)};
  }
};

/// Callback: keeps gradients short, and ends the fit once the validation set is learnt.
class ClipAndStop final : public onecycle::Callback {
 public:
  explicit ClipAndStop(Net net) : net_(std::move(net)) {}
  onecycle::Action gradients_ready(const onecycle::IterationContext&) override {
    torch::nn::utils::clip_grad_norm_(net_->parameters(), /*max_norm=*/1.0);
    return onecycle::Action::proceed;
  }
  onecycle::Action epoch_end(const onecycle::FitContext&,
                             const onecycle::EpochRecord& epoch) override {
    const bool learnt = epoch.metrics.front() > 0.99;
    return learnt ? onecycle::Action::stop_fit : onecycle::Action::proceed;
  }

 private:
  Net net_;
};

}  // namespace

int main() {
  torch::manual_seed(1);
  torch::set_num_threads(1);

  Net net;
  onecycle::Model model = onecycle::wrap_model(net);
  model.groups = onecycle::split_by_children(*model.module);  // body, then head

  onecycle::Learner learner(model, onecycle::Loader(std::make_shared<Waves>(0, 2000)),
                            onecycle::Loader(std::make_shared<Waves>(2000, 500)),
                            {.metrics = {onecycle::accuracy()}, .optimizer = onecycle::Adam{}});

  // Earlier layers get a tenth of the head's peak rate; the policy moves both.
  const onecycle::FitResult fit = learner.fit({.epochs = 20,
                                               .lr = onecycle::Rates::range(0.001, 0.01),
                                               .schedule = Triangle{.low = 0.05},
                                               .callbacks = {std::make_shared<ClipAndStop>(net)}});
  for (std::size_t g = 0; g < learner.run().groups.size(); ++g) {
    std::printf("%s starts at %.2g\n", learner.run().groups[g].c_str(), learner.run().at(0, g).lr);
  }
  std::printf("accuracy %.3f after %d epochs (%s)\n", learner.validate().metrics.front(),
              static_cast<int>(fit.epochs), fit.why.c_str());
}
