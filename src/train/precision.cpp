#include "onecycle/train/precision.h"

#include <ATen/autocast_mode.h>
#include <ATen/ops/_amp_foreach_non_finite_check_and_unscale.h>
#include <ATen/ops/_amp_update_scale.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <string>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr double kFirstScale = 65536.0;
constexpr double kGrowth = 2.0;
constexpr double kBackoff = 0.5;
constexpr std::int64_t kGrowthInterval = 2000;

}  // namespace

Precision parse_precision(std::string_view text, std::string_view what) {
  if (text == "float32" || text == "fp32") {
    return Precision::float32;
  }
  if (text == "bf16" || text == "bfloat16") {
    return Precision::bfloat16;
  }
  if (text == "fp16" || text == "float16") {
    return Precision::float16;
  }
  fail(ErrorKind::usage, what, ": expected float32, bf16 or fp16, got '", text, "'");
}

std::string_view name_of(Precision precision) {
  switch (precision) {
    case Precision::float32:
      return "float32";
    case Precision::bfloat16:
      return "bf16";
    case Precision::float16:
      return "fp16";
  }
  return "";
}

Autocast::Autocast(Precision precision, c10::Device device)
    : active_(precision != Precision::float32), type_(device.type()) {
  if (!active_) {
    return;
  }
  was_enabled_ = at::autocast::is_autocast_enabled(type_);
  old_type_ = at::autocast::get_autocast_dtype(type_);
  at::autocast::set_autocast_enabled(type_, true);
  at::autocast::set_autocast_dtype(
      type_, precision == Precision::bfloat16 ? torch::kBFloat16 : torch::kHalf);
  at::autocast::increment_nesting();
}

Autocast::~Autocast() {
  if (!active_) {
    return;
  }
  // The cache holds converted copies of the weights, which the update is about to change.
  if (at::autocast::decrement_nesting() == 0) {
    at::autocast::clear_cache();
  }
  at::autocast::set_autocast_dtype(type_, old_type_);
  at::autocast::set_autocast_enabled(type_, was_enabled_);
}

LossScaler::LossScaler(Precision precision, c10::Device device) {
  if (precision == Precision::float16) {
    scale_ = at::full({}, kFirstScale, torch::dtype(torch::kFloat).device(device));
    growth_tracker_ = at::zeros({}, torch::dtype(torch::kInt).device(device));
  }
}

torch::Tensor LossScaler::scale(const torch::Tensor& loss) const {
  return scale_.defined() ? loss * scale_ : loss;
}

bool LossScaler::unscale(const std::vector<torch::Tensor>& gradients) {
  if (!scale_.defined()) {
    return true;
  }
  const torch::NoGradGuard no_grad;
  torch::Tensor overflow = at::zeros({}, scale_.options());
  at::_amp_foreach_non_finite_check_and_unscale_(gradients, overflow, scale_.reciprocal());
  at::_amp_update_scale_(scale_, growth_tracker_, overflow, kGrowth, kBackoff, kGrowthInterval);
  return overflow.item<float>() == 0.0F;
}

void LossScaler::state(StateArchive& archive) {
  if (scale_.defined()) {
    archive.tensor("loss_scale", scale_);
    archive.tensor("loss_scale.growth_tracker", growth_tracker_);
  }
}

}  // namespace onecycle
