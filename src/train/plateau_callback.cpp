#include "onecycle/train/plateau_callback.h"

#include <ATen/ops/stack.h>

#include <algorithm>
#include <string>
#include <utility>

#include "onecycle/core/error.h"
#include "train/watched_metric.h"

namespace onecycle {
namespace {

// A look may be due after every iteration; on a CUDA device each read makes it wait.
constexpr std::size_t kFewestPerRead = 8;

/// `options`, refused here rather than in the middle of `fit`.
template <class Options>
Options checked(Options options, const Run& run) {
  (void)options.min_lr.for_groups(run.groups.size());
  return detail::checked(std::move(options));
}

std::optional<std::size_t> place_of(const ReduceOnPlateauOptions& options, const Run& run) {
  require(options.metric != kLoss || options.mode == PlateauMode::min, ErrorKind::usage,
          "reduce_on_plateau: mode: expected min for the loss, got max; name a metric");
  return place_of_metric(ReduceOnPlateauOptions::name, options.metric, run);
}

void list_rates(StateArchive& archive, const std::string& prefix, std::vector<double>& rates) {
  for (std::size_t g = 0; g < rates.size(); ++g) {
    archive.real(cat(prefix, "rate.", g), rates[g]);
  }
}

void list_losses(StateArchive& archive, const std::string& name, std::vector<double>& losses) {
  torch::Tensor tensor;
  if (!losses.empty()) {
    tensor = torch::tensor(losses, torch::kDouble);
  }
  archive.optional_tensor(name, tensor);
  losses.clear();
  if (tensor.defined()) {
    const auto* first = tensor.const_data_ptr<double>();
    losses.assign(first, first + tensor.numel());
  }
}

}  // namespace

CutOnPlateau::CutOnPlateau(ReduceOnPlateauOptions options, const Run& run)
    : options_(checked(std::move(options), run)), metric_(place_of(options_, run)) {}

void CutOnPlateau::fit_begin(const FitContext& fit) { plateau_.emplace(options_, fit.peaks); }

Action CutOnPlateau::epoch_begin(const FitContext& fit) {
  require_measured(ReduceOnPlateauOptions::name, options_.metric, metric_, fit);
  return Action::proceed;
}

Action CutOnPlateau::epoch_end(const FitContext& /*fit*/, const EpochRecord& epoch) {
  if (const auto value = value_of(epoch, metric_)) {
    plateau_->report(*value);
  }
  return Action::proceed;
}

double CutOnPlateau::rate_factor(std::size_t group) const { return plateau_->factor(group); }

void CutOnPlateau::state(StateArchive& archive) {
  if (!plateau_) {
    return;
  }
  // With the metric: several may watch one fit.
  const std::string prefix = cat(ReduceOnPlateauOptions::name, ".", options_.metric, ".");
  ReduceOnPlateauState state = plateau_->state();
  archive.real(prefix + "best", state.best);
  archive.integer(prefix + "bad", state.bad);
  archive.integer(prefix + "cooldown", state.cooldown);
  archive.integer(prefix + "cuts", state.cuts);
  list_rates(archive, prefix, state.rates);
  plateau_->restore(state);
}

CutOnTrend::CutOnTrend(StatisticalPlateauOptions options, const Run& run)
    : options_(checked(std::move(options), run)) {}

void CutOnTrend::fit_begin(const FitContext& fit) {
  plateau_.emplace(options_, fit.peaks);
  unread_.clear();
  unreported_.clear();
}

Action CutOnTrend::iteration_end(const IterationContext& iteration) {
  unread_.push_back(iteration.loss);
  const auto per_look = static_cast<std::size_t>(plateau_->iterations_per_look());
  if (unreported_.size() + unread_.size() >= std::max(kFewestPerRead, per_look)) {
    read();
    for (const double loss : unreported_) {
      plateau_->report(loss);
    }
    unreported_.clear();
  }
  return Action::proceed;
}

void CutOnTrend::read() {
  if (unread_.empty()) {
    return;
  }
  const torch::Tensor losses = at::stack(unread_).to(torch::kCPU, torch::kDouble);
  const auto* first = losses.const_data_ptr<double>();
  unreported_.insert(unreported_.end(), first, first + losses.numel());
  unread_.clear();
}

double CutOnTrend::rate_factor(std::size_t group) const { return plateau_->factor(group); }

void CutOnTrend::state(StateArchive& archive) {
  if (!plateau_) {
    return;
  }
  const std::string prefix = cat(StatisticalPlateauOptions::name, ".");
  StatisticalPlateauState state = plateau_->state();
  archive.integer(prefix + "unchecked", state.unchecked);
  archive.integer(prefix + "cuts", state.cuts);
  list_rates(archive, prefix, state.rates);
  list_losses(archive, prefix + "losses", state.losses);
  plateau_->restore(state);
  // Not reported before their time: or saving would move the cuts.
  read();
  list_losses(archive, prefix + "unreported", unreported_);
}

std::shared_ptr<PlateauCallback> plateau_callback(const PlateauOptions& options, const Run& run) {
  if (const auto* on_plateau = std::get_if<ReduceOnPlateauOptions>(&options)) {
    return std::make_shared<CutOnPlateau>(*on_plateau, run);
  }
  return std::make_shared<CutOnTrend>(std::get<StatisticalPlateauOptions>(options), run);
}

}  // namespace onecycle
