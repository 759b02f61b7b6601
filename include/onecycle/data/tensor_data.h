// Safetensors files of inputs and targets as data sets.
#pragma once

#include <filesystem>

#include "onecycle/data/task.h"

namespace onecycle {

/// Reads a file with the tensors `inputs` [N, ...] and `targets` [N]: int64 targets are classes
/// from 0 on and make a classification, floating-point ones a regression; uint8 inputs [N, 1 or 3,
/// height, width] are images, others numbers. The metadata `classes`, a JSON list, may name the
/// classes. `valid.inputs` and `valid.targets`, if there, are the validation part. The file is
/// mapped, not read. Throws a data error for tensors that are missing, differ in length, type or
/// shape, are empty or not finite, and for classes below 0 or without names.
LoadedData read_tensor_data(const std::filesystem::path& path);

}  // namespace onecycle
