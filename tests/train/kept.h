// For tests of weights that are kept: what training went through, and a fit that goes on.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "onecycle/schedule/policy/sgdr.h"
#include "onecycle/train/keep.h"
#include "train/toy.h"

namespace onecycle::kept {

/// How near a mean of weights in float64 must be to the same mean added up in another order.
constexpr double kExact = 1e-12;

inline NamedTensors copy_of(const Model& model) {
  WeightCopy copy(*model.module);
  copy.take();
  return copy.tensors();
}

/// The weights after each iteration and, of the last iteration of each epoch, after each epoch.
class History final : public Callback {
 public:
  explicit History(const Model& model) : model_(model) {}
  Action iteration_end(const IterationContext& /*iteration*/) override {
    after.push_back(copy_of(model_));
    return Action::proceed;
  }
  std::vector<NamedTensors> after;  ///< [i]: after i + 1 updates

 private:
  const Model& model_;
};

/// `toy::model` in float64, so that sums can be checked to the last digits.
inline Model model(std::uint64_t seed = 3) {
  Model made = toy::model(/*plain=*/false, seed);
  auto& net = dynamic_cast<toy::NetImpl&>(*made.module);
  net.to(torch::kDouble);
  net.norm->num_batches_tracked.set_data(
      torch::tensor(0, torch::kLong));  // `to` changes it as well
  return made;
}

/// 6 iterations an epoch.
inline Learner learner(std::uint64_t seed = 3, std::vector<Metric> metrics = {}) {
  Model model = toy::model(/*plain=*/false, seed);
  model.module->to(torch::kDouble);
  return {std::move(model),
          Loader(toy::data(90, torch::kDouble), {.batch_size = 16, .seed = 5}),
          Loader(toy::data(30, torch::kDouble), {.batch_size = 20, .shuffle = false}),
          {.metrics = std::move(metrics)}};
}

/// 48 iterations with lows after 12, 24, 36 and 48 of them.
inline FitOptions eight_epochs(Callbacks callbacks) {
  return {.epochs = 8,
          .lr = 0.05,
          .schedule = Sgdr{.cycles = 4, .cycle_mult = 1.0},
          .callbacks = std::move(callbacks)};
}

inline std::string hash_of(const std::vector<NamedTensors>& members) {
  TrainState state;
  for (const NamedTensors& member : members) {
    state.tensors.insert(state.tensors.end(), member.begin(), member.end());
  }
  return state.sha256();
}

/// `actual` has the names of `expected` and values within `tolerance`.
inline void expect_near(const NamedTensors& actual, const NamedTensors& expected,
                        double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    EXPECT_EQ(actual[i].first, expected[i].first);
    const torch::Tensor difference =
        (actual[i].second.to(torch::kDouble) - expected[i].second.to(torch::kDouble)).abs();
    EXPECT_LE(difference.max().item<double>(), tolerance) << actual[i].first;
  }
}

/// The plain mean of the parameters (the first `parameters` tensors); the rest as in the last.
inline NamedTensors mean_of(const std::vector<NamedTensors>& all, std::size_t parameters) {
  NamedTensors mean;
  for (std::size_t i = 0; i < all.back().size(); ++i) {
    torch::Tensor sum = torch::zeros_like(all.back()[i].second, torch::kDouble);
    for (const NamedTensors& each : all) {
      sum += each[i].second;
    }
    mean.emplace_back(all.back()[i].first, i < parameters ? sum / static_cast<double>(all.size())
                                                          : all.back()[i].second);
  }
  return mean;
}

/// At the begin of epoch `when`: saves the learner's state, or puts it back.
class Jump final : public Callback {
 public:
  Jump(Learner& learner, std::int64_t when, TrainState& state, bool restores)
      : learner_(learner), when_(when), state_(state), restores_(restores) {}

  Action epoch_begin(const FitContext& fit) override {
    if (fit.epoch == when_) {
      const StateList list = [&](StateArchive& archive) { learner_.state(archive); };
      if (restores_) {
        restore_state(list, state_);
      } else {
        state_ = save_state(list);
      }
    }
    return Action::proceed;
  }

 private:
  Learner& learner_;
  std::int64_t when_;
  TrainState& state_;
  bool restores_;
};

using Make = std::function<std::shared_ptr<KeptWeights>(const Model&)>;

struct Ended {
  std::string hash;
  std::string what;
  bool operator==(const Ended&) const = default;
};

/// What eight epochs keep that begin from the weights of `seed`.
inline Ended ended(const Make& make, std::uint64_t seed, std::int64_t when, TrainState& state) {
  Learner trained = learner(seed);
  const auto keeps = make(trained.model());
  trained.fit(eight_epochs(
      {keeps, std::make_shared<Jump>(trained, when, state, /*restores=*/!state.values.empty())}));
  return {hash_of(keeps->members()), keeps->what()};
}

/// A fit from other weights, into which the state of a fit is put in the middle, ends with the same
/// bits as that fit.
inline void expect_goes_on_from_its_state(const Make& make) {
  TrainState none;
  const Ended other = ended(make, 4, -1, none);
  for (const std::int64_t when : {1, 4, 7}) {
    TrainState state;
    const Ended whole = ended(make, 3, when, state);
    EXPECT_EQ(ended(make, 4, when, state), whole) << when;
    EXPECT_NE(whole.hash, other.hash);
  }
}

}  // namespace onecycle::kept
