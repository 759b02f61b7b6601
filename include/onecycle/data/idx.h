// IDX files, the binary format of MNIST and its kin.
#pragma once

#include <torch/types.h>

#include <filesystem>

#include "onecycle/data/image_arrays.h"

namespace onecycle {

/// Reads an array, plain or packed with gzip: uint8, int8, int16, int32, float32 or float64, of the
/// shape that its header says. Throws a data error with file and byte for a header that is none,
/// and for more or less data than it says; a packed file is unpacked no further than that.
///
/// Source of the format: http://yann.lecun.com/exdb/mnist
torch::Tensor read_idx(const std::filesystem::path& path);

/// Whether `path` is a folder with files that `open_idx` reads, or one of images itself.
bool holds_idx(const std::filesystem::path& path);

/// Reads images and labels. `path`: a folder with `train-images-idx3-ubyte` and
/// `train-labels-idx1-ubyte`, the same of `t10k`, or both (then `t10k` is for validation); or one
/// file of images, beside which there are its labels. Names may end in `.gz`, and may have a point
/// in place of the last dash but one. Classes are the labels that occur, in numerical order.
///
/// Throws a data error if files are missing, differ in length or size, or hold no grey images.
ImageArrays open_idx(const std::filesystem::path& path);

}  // namespace onecycle
