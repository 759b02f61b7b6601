// Which parameters get no weight decay.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "onecycle/model/model.h"

namespace onecycle {

/// Parameters that get no weight decay (and of `Lars` and `Lamb` no trust ratio).
struct DecayExclusion {
  /// All with fewer than two dimensions: biases and normalisation. Source: fastai v2, `wd_bn_bias`.
  bool small = true;
  /// Names to exclude besides: `*` stands for any letters, dots too, `?` for one. A parameter that
  /// several modules share has the name under which its layer group lists it.
  std::vector<std::string> patterns = {};

  /// Reads `bias_norm`, `none`, or a list with commas such as `bias_norm,*.embedding.weight`.
  /// Throws a usage error that begins with `what`.
  static DecayExclusion parse(std::string_view text, std::string_view what);
  /// What `parse` reads.
  [[nodiscard]] std::string text() const;

  bool operator==(const DecayExclusion&) const = default;
};

/// For each parameter of each group whether it decays. Throws a usage error for a pattern that fits
/// no parameter, and what `check_groups` throws.
std::vector<std::vector<bool>> decaying_parameters(const Model& model,
                                                   const DecayExclusion& exclusion);

}  // namespace onecycle
