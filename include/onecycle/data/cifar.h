// CIFAR-10 and CIFAR-100 in their binary versions.
#pragma once

#include <filesystem>

#include "onecycle/data/image_arrays.h"

namespace onecycle {

/// Whether `path` is a folder with files that `open_cifar` reads.
bool holds_cifar(const std::filesystem::path& path);

/// Reads the files data_batch_1.bin .. data_batch_5.bin (those that are there), test_batch.bin and
/// batches.meta.txt of CIFAR-10, or train.bin, test.bin and fine_label_names.txt of CIFAR-100,
/// whose coarse labels are passed over. The images of the test file are for validation. Classes
/// without a file of names are numbers.
///
/// Throws a data error with file and byte for a length that is no whole number of records and for a
/// label out of range; and if there are no such files, or another number of names.
///
/// Source of the format: https://www.cs.toronto.edu/~kriz/cifar.html
ImageArrays open_cifar(const std::filesystem::path& path);

}  // namespace onecycle
