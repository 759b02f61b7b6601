#include "golden/families.h"
#include "golden/peer_schedules.h"
#include "golden/requests.h"
#include "golden/torch_parts.h"
#include "onecycle/schedule/compose.h"
#include "onecycle/schedule/policy/anneal.h"
#include "training.h"

namespace onecycle::golden {
namespace {

struct Request {
  std::vector<Schedule> schedules;  // one a group
  std::vector<double> peaks;
};

Request request_of(const json& p, std::size_t groups, std::int64_t iterations) {
  Request request{{}, std::vector<double>(groups, number(p.at("optimizer_lr")))};
  const json scheduler = p.value("scheduler", json());
  for (std::size_t g = 0; g < groups; ++g) {
    if (scheduler.is_null()) {
      request.schedules.emplace_back(Constant{});
      continue;
    }
    const std::string type = scheduler.at("type");
    if (type == "OneCycleLR") {
      request.peaks = rates_of(scheduler.at("max_lr"), groups);
      const double total = number(scheduler.at("total_steps"));
      const Schedule whole = torch_one_cycle(scheduler, g);
      request.schedules.push_back(
          total == static_cast<double>(iterations)
              ? whole
              : sequence({{whole, Length::iterations(total)}, {Constant{}}}));
    } else if (type == "CyclicLR") {
      request.peaks = rates_of(scheduler.at("max_lr"), groups);
      request.schedules.push_back(torch_cyclic(scheduler, g));
    } else {
      request.schedules.push_back(torch_schedule(type, scheduler, request.peaks[g]));
    }
  }
  return request;
}

/// A schedule that moves momentum switches it on where the peer's optimizer was made without.
double momentum_of(const json& args, const Schedule& schedule) {
  constexpr double kSwitchedOn = 0.9;
  const double momentum = number_or(args, "momentum", 0.0);
  return momentum == 0.0 && schedule.at(0, 100).momentum ? kSwitchedOn : momentum;
}

OptimizerOptions optimizer_of(const json& p, const Schedule& schedule) {
  const std::string name = p.at("optimizer");
  const json& args = p.at("optimizer_args");
  const std::vector<double> betas =
      has(args, "betas") ? numbers(args.at("betas")) : std::vector<double>{0.9, 0.999};
  const double eps = number_or(args, "eps", 1e-8);
  if (name == "sgd") {
    return Sgd{.momentum = momentum_of(args, schedule),
               .dampening = number_or(args, "dampening", 0.0),
               .nesterov = flag_or(args, "nesterov", false),
               .weight_decay = number_or(args, "weight_decay", 0.0)};
  }
  if (name == "adam") {
    return Adam{.beta1 = betas[0],
                .beta2 = betas[1],
                .eps = eps,
                .weight_decay = number_or(args, "weight_decay", 0.0),
                .amsgrad = flag_or(args, "amsgrad", false)};
  }
  if (name == "adamw") {
    return AdamW{.beta1 = betas[0],
                 .beta2 = betas[1],
                 .eps = eps,
                 .weight_decay = number_or(args, "weight_decay", 0.01),
                 .amsgrad = flag_or(args, "amsgrad", false)};
  }
  if (name == "rmsprop") {
    return RmsProp{.alpha = number_or(args, "alpha", 0.99),
                   .eps = eps,
                   .momentum = momentum_of(args, schedule),
                   .centered = flag_or(args, "centered", false),
                   .weight_decay = number_or(args, "weight_decay", 0.0)};
  }
  throw Mismatch(cat("unknown optimizer ", name));
}

/// The peer weights the batches of a window alike, we their examples: where they differ in size,
/// the losses get the factors that make ours the peer's.
Loss alike(const Loss& loss, const json& fixture, std::int64_t accumulation) {
  const auto rows = static_cast<std::int64_t>(fixture.at("x").size());
  const auto batch = fixture.at("batch_size").get<std::int64_t>();
  if (accumulation == 1 || rows % batch == 0) {
    return loss;
  }
  const std::int64_t a_pass = (rows + batch - 1) / batch;
  const auto size = [=](std::int64_t t) { return t % a_pass == a_pass - 1 ? rows % batch : batch; };
  return [=, t = std::make_shared<std::int64_t>(0)](const torch::Tensor& output,
                                                    const torch::Tensor& target) {
    const std::int64_t first = *t / accumulation * accumulation;
    std::int64_t examples = 0;
    for (std::int64_t i = first; i < first + accumulation; ++i) {
      examples += size(i);
    }
    const double factor =
        static_cast<double>(examples) / static_cast<double>(accumulation * size((*t)++));
    return loss(output, target) * factor;
  };
}

void train(const Case& c) {
  const json& p = c.params;
  const json& fixture = c.fixtures.at(p.at("fixture").get<std::string>());
  const auto batches = p.at("minibatches").get<std::int64_t>();
  const auto accumulation = p.at("accumulation").get<std::int64_t>();
  Model model = fixture_model(fixture, is_split(p.at("parameter_groups")));
  const Request request = request_of(p, model.groups.size(), batches / accumulation);
  // A limit that nothing reaches, so that the norm is always recorded.
  constexpr double kNoLimit = 1e300;
  const LossLog log;
  LearnerOptions options{.loss = alike(log.loss(), fixture, accumulation),
                         .optimizer = optimizer_of(p, request.schedules.front()),
                         .decay_exclusion = {.small = false},
                         .accumulate = accumulation,
                         .clip = {.norm = number_or(p, "clip_norm", kNoLimit),
                                  .value = optional_number(p, "clip_value")}};
  Learner learner(std::move(model), repeated_loader(fixture, batches), std::nullopt,
                  std::move(options));
  learner.fit({.lr = Rates::list(request.peaks), .schedule = GroupSchedules(request.schedules)});

  expect_list("loss", c.expected.at("loss"), log.values(), Tolerance::of(c));
  expect_record(c, learner.run(), learner.optimizer().has_momentum());
  std::vector<double> norms;
  for (const IterationRecord& record : learner.run().iterations) {
    norms.push_back(record.grad_norm.value());
  }
  expect_list("grad_norm", c.expected.at("grad_norm"), norms, Tolerance::of(c));
  expect_weights(c, "final_weights", named_tensors(*learner.model().module),
                 p.at("optimizer") != "sgd");
}

}  // namespace

Kinds train_torch() {
  return {{"sgd", train},
          {"adam", train},
          {"adamw", train},
          {"rmsprop", train},
          {"other_schedule", train}};
}

}  // namespace onecycle::golden
