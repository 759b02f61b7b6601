#include <algorithm>
#include <cmath>

#include "golden/families.h"
#include "golden/peer_schedules.h"
#include "golden/requests.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/flat_cosine.h"
#include "onecycle/schedule/policy/sgdr.h"
#include "onecycle/train/fine_tune.h"
#include "training.h"

namespace onecycle::golden {
namespace {

bool decouples(const json& args) { return flag_or(args, "decouple_wd", true); }

/// fastai v2's optimizers, whose weight decay is the fit's, the learner's or their own.
OptimizerOptions optimizer_of(const json& p) {
  const std::string name = p.at("optimizer");
  const json& args = p.at("optimizer_args");
  const double own = number_or(args, "wd", name == "Adam" ? 0.01 : 0.0);
  const double decay =
      number_or(p.at("method_options"), "wd", number_or(p.at("learner_options"), "wd", own));
  if (name == "SGD") {
    return Sgd{.momentum = number_or(args, "mom", 0.0),
               .weight_decay = decay,
               .decoupled = decouples(args)};
  }
  if (name == "Adam") {
    return Adam{.beta1 = number_or(args, "mom", 0.9),
                .beta2 = number_or(args, "sqr_mom", 0.99),
                .eps = number_or(args, "eps", 1e-5),
                .weight_decay = decay,
                .decoupled = decouples(args)};
  }
  if (name == "RMSProp") {
    return RmsProp{.alpha = number_or(args, "sqr_mom", 0.99),
                   .eps = number_or(args, "eps", 1e-8),
                   .momentum = number_or(args, "mom", 0.0),
                   .weight_decay = decay,
                   .decoupled = decouples(args),
                   .order = MomentumOrder::before_division};
  }
  throw Mismatch(cat("unknown optimizer ", name));
}

json argument(const json& p, std::size_t index, const char* name) {
  const json& args = p.at("method_args");
  return args.size() > index ? args.at(index) : p.at("method_options").value(name, json());
}

/// The fits that the method makes, one after the other.
std::vector<FitOptions> fits_of(const json& p, std::int64_t batches_per_epoch) {
  const std::string method = p.at("method");
  const json& options = p.at("method_options");
  const auto count = [&](std::size_t index, const char* name) {
    return static_cast<std::int64_t>(number(argument(p, index, name)));
  };
  const auto rates = [&](std::size_t index, const char* name) {
    const json rate = argument(p, index, name);
    return rate.is_null() ? Rates(1e-3) : rates_of(rate);
  };
  if (method == "fit_one_cycle") {
    return {{.epochs = count(0, "n_epoch"),
             .lr = rates(1, "lr_max"),
             .schedule = fastai2_one_cycle(options, OneCycle{})}};
  }
  if (method == "fit") {
    return {{.epochs = count(0, "n_epoch"), .lr = rates(1, "lr"), .schedule = Constant{}}};
  }
  if (method == "fit_flat_cos") {
    FlatCosine policy{};
    take(options, "pct_start", policy.pct_start);
    take(options, "div_final", policy.div_final);
    return {{.epochs = count(0, "n_epoch"), .lr = rates(1, "lr"), .schedule = policy}};
  }
  if (method == "fit_sgdr") {
    const double mult = number_or(options, "cycle_mult", 2.0);
    auto epochs = static_cast<double>(count(1, "cycle_len"));
    const Sgdr policy{
        .cycle_len = Length::iterations(epochs * static_cast<double>(batches_per_epoch)),
        .cycle_mult = mult};
    double total = 0.0;
    for (std::int64_t i = 0; i < count(0, "n_cycles"); ++i) {
      total += epochs;
      epochs *= mult;
    }
    return {
        {.epochs = static_cast<std::int64_t>(total), .lr = rates(2, "lr_max"), .schedule = policy}};
  }
  if (method == "fine_tune") {
    FineTuneOptions tuning{
        .epochs = count(0, "epochs"),
        .base_lr = number_or(options, "base_lr", 2e-3),
        .freeze_epochs = static_cast<std::int64_t>(number_or(options, "freeze_epochs", 1)),
        .lr_mult = number_or(options, "lr_mult", 100.0)};
    if (p.at("method_args").size() > 1) {
      tuning.base_lr = number(p.at("method_args").at(1));
    }
    json both = options;  // pct_start and div are the second fit's alone
    both.erase("pct_start");
    both.erase("div");
    tuning.frozen = fastai2_one_cycle(both, tuning.frozen);
    tuning.unfrozen = fastai2_one_cycle(options, tuning.unfrozen);
    const auto fits = fine_tune_fits(tuning);
    return {fits.begin(), fits.end()};
  }
  throw Mismatch(cat("unknown method ", method));
}

/// What the peer's optimizer held, column by column: its positions are rounded to float32, and
/// training would carry the difference on.
struct Held {
  std::vector<double> lr;
  std::vector<double> momentum;

  static constexpr std::string_view name = "held";
  static constexpr std::string_view summary = "as the peer";
  static constexpr std::string_view source = "golden";
  static constexpr auto fields() { return std::tuple{}; }
  [[nodiscard]] Values at(Position position) const {
    const auto t = std::min(static_cast<std::size_t>(position.iteration), lr.size() - 1);
    return {.lr = lr.at(t), .momentum = momentum.at(t)};
  }
};

/// Our schedule's rates are the peer's, to its rounding; where its rounding misses a restart by one
/// batch ours comes on time.
void expect_rates(const Case& c, const FitOptions& fit, std::int64_t first, std::int64_t total,
                  std::size_t groups) {
  constexpr double kRounding = 3e-7;  // of the peak
  const std::vector<double> peaks = fit.lr.for_groups(groups);
  for (std::int64_t t = 0; t < total; ++t) {
    fit.schedule.for_each(groups, t, total, [&](std::size_t g, const Values& now) {
      const double theirs =
          number(c.expected.at("lr").at(static_cast<std::size_t>(first + t)).at(g));
      const double ours = peaks[g] * now.lr;
      const bool late = theirs < 1e-9 * peaks[g] && ours == peaks[g];
      expect(late || std::abs(ours - theirs) <= kRounding * peaks[g],
             cat("lr at step ", first + t, ": expected ", theirs, ", got ", ours));
    });
  }
}

/// The same fits with the peer's rates.
std::vector<FitOptions> held(const Case& c, std::vector<FitOptions> fits, std::int64_t per_epoch,
                             std::size_t groups) {
  std::int64_t first = 0;
  for (FitOptions& fit : fits) {
    const std::int64_t total = fit.epochs * per_epoch;
    expect_rates(c, fit, first, total, groups);
    std::vector<Schedule> columns;
    for (std::size_t g = 0; g < groups; ++g) {
      Held column;
      for (std::int64_t t = first; t < first + total; ++t) {
        const auto row = static_cast<std::size_t>(t);
        column.lr.push_back(number(c.expected.at("lr").at(row).at(g)));
        column.momentum.push_back(number(c.expected.at("momentum").at(row).at(g)));
      }
      columns.emplace_back(std::move(column));
    }
    fit.lr = 1.0;
    fit.schedule = GroupSchedules(std::move(columns));
    first += total;
  }
  return fits;
}

struct Asked {
  ClipOptions clip = {};
  std::int64_t accumulated_samples = 0;
};

Asked callbacks_of(const json& p) {
  Asked asked;
  for (const json& callback :
       p.value("callbacks", json()).is_null() ? json::array() : p.at("callbacks")) {
    const std::string type = callback.at("type");
    if (type == "GradientClip") {
      asked.clip.norm = number_or(callback, "max_norm", 1.0);
    } else if (type == "GradientAccumulation") {
      asked.accumulated_samples = callback.at("n_acc").get<std::int64_t>();
    } else {
      throw Mismatch(cat("unknown callback ", type));
    }
  }
  return asked;
}

/// The peer's schedule moves with each batch and its window ends with a number of examples: another
/// loop than ours, made of our parts.
void expect_accumulating_loop(const Case& c, Model model, const FitOptions& fit,
                              const OptimizerOptions& options, const DecayExclusion& exclusion,
                              const Asked& asked) {
  const json& fixture = c.fixtures.at(c.params.at("fixture").get<std::string>());
  Loader loader = fixture_loader(fixture);
  const std::int64_t total = fit.epochs * loader.batches();
  const auto optimizer = make_optimizer(model, options, 1e-3, exclusion);
  const std::vector<double> peaks = fit.lr.for_groups(model.groups.size());
  std::vector<torch::Tensor> parameters;
  for (const auto& group : group_parameters(model)) {
    parameters.insert(parameters.end(), group.begin(), group.end());
  }
  std::vector<double> losses;
  Run run;
  run.groups.resize(peaks.size());
  std::int64_t examples = 0;
  model.module->train();
  for (std::int64_t t = 0; t < total; ++t) {
    if (t % loader.batches() == 0) {
      loader.start_epoch(t / loader.batches());
    }
    fit.schedule.for_each(peaks.size(), t, total, [&](std::size_t g, const Values& now) {
      optimizer->values()[g].lr = peaks[g] * now.lr;
      optimizer->values()[g].momentum = now.momentum.value_or(optimizer->values()[g].momentum);
    });
    run.iterations.push_back({.iteration = t});
    run.values.insert(run.values.end(), optimizer->values().begin(), optimizer->values().end());
    const Batch batch = loader.next().value();
    const torch::Tensor loss = cross_entropy()(model.forward(batch.inputs), batch.targets);
    losses.push_back(loss.item<double>());
    (loss *
     (static_cast<double>(batch.targets.size(0)) / static_cast<double>(asked.accumulated_samples)))
        .backward();
    examples += batch.targets.size(0);
    if (examples >= asked.accumulated_samples) {
      examples = 0;
      std::vector<torch::Tensor> gradients;
      for (const torch::Tensor& parameter : parameters) {
        gradients.push_back(parameter.grad());
      }
      clip_gradients(gradients, asked.clip);
      optimizer->step();
      optimizer->zero_grad();
    }
  }
  expect_list("loss", c.expected.at("loss"), losses, Tolerance::of(c));
  expect_record(c, run, optimizer->has_momentum());
  expect_weights(c, "final_weights", named_tensors(*model.module),
                 !std::holds_alternative<Sgd>(options));
}

void train(const Case& c, Model model, const std::vector<FitOptions>& fits,
           const OptimizerOptions& optimizer, const DecayExclusion& exclusion,
           const ClipOptions& clip, FrozenNorms norms = FrozenNorms::train) {
  const json& fixture = c.fixtures.at(c.params.at("fixture").get<std::string>());
  const LossLog log;
  Learner learner(std::move(model), fixture_loader(fixture), std::nullopt,
                  {.loss = log.loss(),
                   .optimizer = optimizer,
                   .decay_exclusion = exclusion,
                   .clip = clip,
                   .frozen_norms = norms});
  for (const FitOptions& fit : fits) {
    learner.fit(fit);
  }
  expect_list("loss", c.expected.at("loss"), log.values(), Tolerance::of(c));
  expect_record(c, learner.run(), learner.optimizer().has_momentum());
  expect_weights(c, "final_weights", named_tensors(*learner.model().module),
                 !std::holds_alternative<Sgd>(optimizer));
}

void fastai2(const Case& c) {
  const json& p = c.params;
  const json& fixture = c.fixtures.at(p.at("fixture").get<std::string>());
  Model model = fixture_model(fixture, is_split(p.at("groups")));
  const std::int64_t per_epoch = fixture_loader(fixture).batches();
  const auto fits = held(c, fits_of(p, per_epoch), per_epoch, model.groups.size());
  const DecayExclusion exclusion{.small = !flag_or(p.at("learner_options"), "wd_bn_bias", false)};
  const Asked asked = callbacks_of(p);
  if (asked.accumulated_samples > 0) {
    expect_accumulating_loop(c, std::move(model), fits.front(), optimizer_of(p), exclusion, asked);
    return;
  }
  train(
      c, std::move(model), fits, optimizer_of(p), exclusion, asked.clip,
      flag_or(p.at("learner_options"), "train_bn", true) ? FrozenNorms::train : FrozenNorms::stay);
}

void fastai1(const Case& c) {
  const json& p = c.params;
  const std::string name = p.at("optimizer");
  const double decay = number(p.at("wd"));
  const bool decoupled = p.at("true_wd").get<bool>();
  OptimizerOptions optimizer = Sgd{.weight_decay = decay, .decoupled = decoupled};
  if (name.starts_with("AdamW")) {
    optimizer = Adam{.beta2 = 0.99, .eps = 1e-8, .weight_decay = decay, .decoupled = decoupled};
  }
  OneCycle policy{.convention = OneCycleConvention::fastai1};
  policy.momentum_start = number(p.at("moms").at(0));
  policy.momentum_peak = number(p.at("moms").at(1));
  train(c, fixture_model(c.fixtures.at(p.at("fixture").get<std::string>()), false),
        {{.epochs = p.at("epochs").get<std::int64_t>(),
          .lr = number(p.at("lr_max")),
          .schedule = policy}},
        optimizer, {.small = !p.at("bn_wd").get<bool>()}, {});
}

}  // namespace

Kinds train_fastai() {
  return {{"v2_sgd", fastai2},      {"v2_adam", fastai2}, {"v2_fine_tune", fastai2},
          {"v2_flat_cos", fastai2}, {"v2_sgdr", fastai2}, {"v2_rmsprop", fastai2},
          {"fastai1", fastai1}};
}

}  // namespace onecycle::golden
