#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "families.h"
#include "onecycle/finder/suggest.h"
#include "onecycle/finder/sweep_log.h"

namespace onecycle::golden {
namespace {

/// The raw loss of each batch, without end: the last one repeats.
class Script {
 public:
  explicit Script(const Case& c)
      : losses_(numbers(c.fixtures.at("scripts").at(c.params.at("script").get<std::string>()))),
        accumulate_(static_cast<std::size_t>(number_or(c.params, "accumulation_steps", 1))) {}

  /// The mean over the batches of iteration `k`.
  [[nodiscard]] double at(std::int64_t k) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < accumulate_; ++i) {
      const std::size_t batch = static_cast<std::size_t>(k) * accumulate_ + i;
      sum += losses_.at(std::min(batch, losses_.size() - 1));
    }
    return sum / static_cast<double>(accumulate_);
  }

 private:
  std::vector<double> losses_;
  std::size_t accumulate_;
};

/// The whole sweep on the script, at most `most` iterations.
SweepLog sweep(const Case& c, const FinderSetup& setup, double most = INFINITY) {
  const Script script(c);
  SweepLog log(setup);
  while (log.running() && static_cast<double>(log.iteration()) < most) {
    log.add(script.at(log.iteration()));
  }
  return log;
}

void expect_iterations(const Case& c, const FindRecord& record) {
  expect_number("iterations", c.expected.at("iterations"), static_cast<double>(record.lr.size()),
                {});
}

void expect_curve(const Case& c, const FindRecord& record, Tolerance of_losses) {
  expect_list("loss", c.expected.at("loss"), record.smoothed, of_losses);
  const json& lr = c.expected.at("lr");
  const std::size_t groups = lr.empty() ? 1 : listed(lr.at(0)).size();  // all have the same rate
  expect_trace(
      "lr", lr, [&](std::size_t t) { return std::vector(groups, record.lr.at(t)); },
      Tolerance::of(c));
  expect_iterations(c, record);
}

std::int64_t count(const json& value) {
  const double n = number(value);
  require(n == std::floor(n), ErrorKind::usage, "finder: num_it: expected an integer, got ", n);
  return static_cast<std::int64_t>(n);
}

FinderSetup setup_of(const char* peer, const json& params) {
  FinderSetup setup = find_setup(peer).setup;
  Sweep& sweep = setup.sweep;
  sweep.start_lr = number_or(params, "start_lr", number_or(params, "optimizer_lr", sweep.start_lr));
  sweep.end_lr = number_or(params, "end_lr", sweep.end_lr);
  for (const char* const name : {"num_it", "num_iter", "num_training", "batches"}) {
    sweep.num_it = has(params, name) ? count(params.at(name)) : sweep.num_it;
  }
  for (const char* const name : {"step_mode", "mode"}) {
    if (has(params, name)) {
      const auto mode = params.at(name).get<std::string>();
      require(mode == "exp" || mode == "exponential" || mode == "linear", ErrorKind::usage,
              "finder: spacing: expected exponential or linear, got '", mode, "'");
      sweep.spacing = mode == "linear" ? Spacing::linear : Spacing::exponential;
    }
  }
  if (has(params, "smooth_f")) {
    const double fresh = number(params.at("smooth_f"));  // 0 is off; negative ones are refused
    setup.smoothing.beta = fresh == 0.0 ? 0.0 : 1.0 - fresh;
  }
  setup.smoothing.beta = number_or(params, "beta", setup.smoothing.beta);
  setup.stop.factor = number_or(params, "diverge_th", setup.stop.factor);
  setup.stop.divergence = flag_or(params, "stop_div", true);
  return setup;
}

/// Whether the slope at `lr` is the steepest but for float32 rounding of the peer's sums: where
/// many slopes are alike, rounding decides which of them the peer takes.
bool is_steepest_in_float32(const Curve& curve, double lr) {
  const double step = std::log(curve.lr[1] / curve.lr[0]);
  const double size = *std::max_element(curve.loss.begin(), curve.loss.end());
  const auto slope = [&](std::size_t i) { return (curve.loss[i + 1] - curve.loss[i]) / step; };
  double steepest = INFINITY;
  double asked = INFINITY;
  for (std::size_t i = 0; i + 1 < curve.lr.size(); ++i) {
    steepest = std::min(steepest, slope(i));
    asked = std::abs(curve.lr[i] / lr - 1.0) < 1e-5 ? slope(i) : asked;
  }
  const double rounding = std::numeric_limits<float>::epsilon() / step *
                          (size + std::abs(steepest) * std::abs(std::log(curve.lr[0])));
  return asked <= steepest + 4.0 * rounding;
}

/// The suggestions on the curve that the peer recorded, so that only the rules are compared.
void expect_fastai_suggestions(const Case& c) {
  if (!c.expected.contains("suggestions")) {
    return;
  }
  Curve curve{.loss = numbers(c.expected.at("loss")),
              .planned = static_cast<std::int64_t>(number_or(c.params, "num_it", 100))};
  for (const json& row : c.expected.at("lr")) {
    curve.lr.push_back(static_cast<float>(number(row.at(0))));
  }
  for (const auto& [name, rate] : c.expected.at("suggestions").items()) {
    const auto got = apply_rule(find_rule(name), curve).lr;
    expect(got.has_value() == rate.is_number(), name + ": an answer where the peer has one");
    const Curve cut = cut_curve(curve, Cut::fastai2);
    if (got && name == "steep" && is_steepest_in_float32(cut, number(rate)) &&
        is_steepest_in_float32(cut, *got)) {
      continue;
    }
    if (got) {
      expect_number(name, rate, *got, {.rel = 2e-6});
    }
  }
}

/// We refuse sweeps of so few points that they show no curve; the peers run them.
bool is_refused(const FinderSetup& setup) {
  if (setup.sweep.num_it >= kFewestPoints) {
    return false;
  }
  expect(refuses([&] { setup.sweep.check(); }), "a sweep of too few points is refused");
  return true;
}

void fastai2(const Case& c) {
  FinderSetup setup = setup_of("fastai2", c.params);
  if (is_refused(setup)) {
    // The peer silently sweeps 6 points, which are ours if asked for.
    setup.sweep.num_it = kFewestPoints;
  }
  expect_curve(c, sweep(c, setup).record(), Tolerance::of(c, "fastai_loss_rel"));
  expect_fastai_suggestions(c);
}

void fastai2_error(const Case& c) {
  // The peer fails on a rate for each group; our sweep has one rate for all, by its type.
  const bool of_groups = c.params.at("start_lr").is_array() || c.params.at("end_lr").is_array();
  expect(of_groups || refuses([&] { sweep(c, setup_of("fastai2", c.params)); }), "a refusal");
}

void fastai1(const Case& c) {
  FinderSetup setup = setup_of("fastai1", c.params);
  setup.stop.non_finite = setup.stop.divergence;  // one switch for both
  if (is_refused(setup)) {
    return;
  }
  expect_curve(c, sweep(c, setup).record(), Tolerance::of(c, "fastai_loss_rel"));
}

/// fastai 0.7 and the notebook leave out the point that ends the sweep.
void expect_batches_seen(const Case& c, const SweepLog& log) {
  expect(static_cast<double>(log.iteration()) == number(c.expected.at("batches_seen")),
         "as many batches seen");
}

void fastai07(const Case& c) {
  FinderSetup setup = setup_of("fastai07", c.params);
  setup.sweep.spacing = flag_or(c.params, "linear", false) ? Spacing::linear : Spacing::exponential;
  setup.stop.non_finite = setup.stop.divergence;
  if (is_refused(setup)) {
    return;
  }
  const SweepLog log = sweep(c, setup);
  expect_curve(c, log.record(), Tolerance::of(c));
  expect_batches_seen(c, log);
}

void notebook(const Case& c) {
  FinderSetup setup = setup_of("notebook", c.params);
  setup.sweep.start_lr = number_or(c.params, "init_value", setup.sweep.start_lr);
  setup.sweep.end_lr = number_or(c.params, "final_value", setup.sweep.end_lr);
  if (is_refused(setup)) {
    return;
  }
  const SweepLog log = sweep(c, setup);
  expect_curve(c, log.record(), Tolerance::of(c));
  expect_batches_seen(c, log);
  std::vector<double> logarithms;
  for (const double lr : log.record().lr) {
    logarithms.push_back(std::log10(lr));
  }
  expect_list("log10_lr", c.expected.at("log10_lr"), logarithms, {.rel = 1e-9, .abs = 1e-12});
}

/// A peer's single suggestion, or its failure.
void expect_suggestion(const std::string& rule, const json& expected, const Curve& curve) {
  const auto got = apply_rule(find_rule(rule), curve).lr;
  if (expected.is_number()) {
    expect(got.has_value(), "an answer of " + rule);
    expect_number("suggestion", expected, *got, {.rel = 1e-9});
  } else {
    expect(!got.has_value(), "no answer of " + rule + ", as the peer fails");
  }
}

void torch_lr_finder(const Case& c) {
  const FinderSetup setup = setup_of("torch_lr_finder", c.params);
  if (is_refused(setup)) {
    return;
  }
  const SweepLog log = sweep(c, setup);
  expect_curve(c, log.record(), Tolerance::of(c));
  if (has(c.expected, "best_loss")) {
    const std::vector<double>& losses = log.record().smoothed;
    expect_number("best_loss", c.expected.at("best_loss"),
                  *std::min_element(losses.begin(), losses.end()), Tolerance::of(c));
  }
  if (c.expected.contains("suggestion")) {
    expect_suggestion("torch_lr_finder", c.expected.at("suggestion"), curve_of(log.record()));
  }
}

template <void (*simulate)(const Case&)>
void refused(const Case& c) {
  expect(refuses([&] {
           setup_of("onecycle", c.params).sweep.check();
           simulate(c);
         }),
         "a refusal");
}

/// torch-lr-finder and Ignite refuse weight 1 for the new value; it is no smoothing, so we do it.
bool is_without_smoothing(const Case& c, const char* peer) {
  if (number_or(c.params, "smooth_f", 0.05) != 1.0) {
    return false;
  }
  const FindRecord record = sweep(c, setup_of(peer, c.params)).record();
  expect(record.smoothed == record.loss, "smoothing is off");
  return true;
}

void torch_lr_finder_error(const Case& c) {
  if (!is_without_smoothing(c, "torch_lr_finder")) {
    refused<torch_lr_finder>(c);
  }
}

void lightning(const Case& c) {
  FinderSetup setup = setup_of("lightning", c.params);
  setup.sweep.start_lr = number_or(c.params, "min_lr", setup.sweep.start_lr);
  setup.sweep.end_lr = number_or(c.params, "max_lr", setup.sweep.end_lr);
  setup.stop.divergence =
      !c.params.contains("early_stop_threshold") || has(c.params, "early_stop_threshold");
  setup.stop.factor = number_or(c.params, "early_stop_threshold", setup.stop.factor);
  if (is_refused(setup)) {
    return;
  }
  const SweepLog log = sweep(c, setup);
  expect_curve(c, log.record(), Tolerance::of(c));
  if (c.expected.contains("suggestion")) {
    expect_suggestion("lightning", c.expected.at("suggestion"), curve_of(log.record()));
  }
}

/// Ignite sweeps every group over its own rates; ours one sweep a group.
std::vector<FinderSetup> ignite_setups(const Case& c) {
  const auto groups = static_cast<std::size_t>(number_or(c.params, "groups", 1));
  std::vector<FinderSetup> setups;
  for (std::size_t group = 0; group < groups; ++group) {
    json params = c.params;
    if (!has(params, "num_iter")) {  // the peer fills the run
      params["num_iter"] = number(params.at("epoch_length")) * number(params.at("max_epochs"));
    }
    for (const char* const name : {"start_lr", "end_lr", "optimizer_lr"}) {
      if (has(params, name) && params.at(name).is_array()) {
        params[name] = c.params.at(name).at(group);
      }
    }
    setups.push_back(setup_of("ignite", params));
  }
  return setups;
}

/// What the peer's optimizer held: its own rate stretched once, then the rate recorded before.
double ignite_used_lr(const Case& c, Sweep sweep, std::size_t group, std::size_t t) {
  if (t > 0) {
    return sweep.rate(static_cast<std::int64_t>(t) - 1);
  }
  const auto own = listed(c.params.at("optimizer_lr"));
  sweep.start_lr = own.at(std::min(group, own.size() - 1));
  return sweep.rate(0);
}

void ignite(const Case& c) {
  const std::vector<FinderSetup> setups = ignite_setups(c);
  if (is_refused(setups.front())) {
    return;
  }
  const double most = number(c.params.at("epoch_length")) * number(c.params.at("max_epochs"));
  std::vector<FindRecord> records;
  records.reserve(setups.size());
  for (const FinderSetup& setup : setups) {
    records.push_back(sweep(c, setup, most).record());
  }
  expect_list("loss", c.expected.at("loss"), records.front().smoothed, Tolerance::of(c));
  expect_iterations(c, records.front());
  const auto row = [&](auto value) {
    return [&, value](std::size_t t) {
      std::vector<double> values;
      values.reserve(setups.size());
      for (std::size_t group = 0; group < setups.size(); ++group) {
        values.push_back(value(group, t));
      }
      return values;
    };
  };
  expect_trace("lr", c.expected.at("lr"),
               row([&](std::size_t g, std::size_t t) { return records[g].lr.at(t); }),
               Tolerance::of(c));
  if (c.expected.contains("used_lr")) {
    expect_trace("used_lr", c.expected.at("used_lr"), row([&](std::size_t g, std::size_t t) {
                   return ignite_used_lr(c, setups[g].sweep, g, t);
                 }),
                 Tolerance::of(c));
  }
  if (c.expected.contains("suggestion")) {
    const json& answer = c.expected.at("suggestion");
    for (std::size_t group = 0; group < setups.size(); ++group) {
      expect_suggestion("ignite", answer.is_array() ? answer.at(group) : answer,
                        curve_of(records[group]));
    }
  }
}

void ignite_error(const Case& c) {
  if (!is_without_smoothing(c, "ignite")) {
    refused<ignite>(c);
  }
}

}  // namespace

Kinds lrfind_runs() {
  return {{"fastai2", fastai2},
          {"fastai2_error", fastai2_error},
          {"fastai1", fastai1},
          {"fastai1_error", refused<fastai1>},
          {"fastai07", fastai07},
          {"fastai07_error", refused<fastai07>},
          {"torch_lr_finder", torch_lr_finder},
          {"torch_lr_finder_error", torch_lr_finder_error},
          {"ignite", ignite},
          {"ignite_error", ignite_error},
          {"lightning", lightning},
          {"lightning_error", refused<lightning>},
          {"notebook", notebook},
          {"notebook_error", refused<notebook>}};
}

}  // namespace onecycle::golden
