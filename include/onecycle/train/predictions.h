// What a classifier gets wrong.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "onecycle/record/predictions.h"

namespace onecycle {

/// Counts and the `worst` mistakes of `outputs` ([n, classes], logits) against `targets` ([n],
/// class indices). Examples are numbered from 0 in the order of the rows;
/// `PredictionsRecord::weights` is left to the caller, as are pictures. Throws a usage error for
/// other shapes.
PredictionsRecord classify_mistakes(const torch::Tensor& outputs, const torch::Tensor& targets,
                                    std::vector<std::string> classes, std::int64_t worst = 12);

/// `image` ([channels, height, width], any numbers) for people: its lowest number black, its
/// highest white; grey with fewer than 3 channels, else the first three as red, green and blue; of
/// larger images every k-th row and column, so that no side is above 64.
Picture picture_of(const torch::Tensor& image);

}  // namespace onecycle
