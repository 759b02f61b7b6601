// Files of tensors to write, and their comparison bit by bit.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "onecycle/data/safetensors.h"

namespace onecycle {

/// One tensor of each type of the format, small types first, and some metadata.
inline TensorFile tensors_of_every_type() {
  const auto values = torch::arange(-7, 8);
  TensorFile file{.tensors = {}, .metadata = {{"model", "mlp"}, {"hidden", "128,64"}}};
  file.tensors = {{"bool", values > 2},
                  {"u8", values.abs().to(torch::kUInt8)},
                  {"i8", values.to(torch::kInt8)},
                  {"f16", (values / 3.0).to(torch::kFloat16)},
                  {"bf16", (values / 3.0).to(torch::kBFloat16)},
                  {"i16", (values * 4000).to(torch::kInt16)},
                  {"f32", (values / 3.0).view({3, 5})},
                  {"i32", (values * 100000).to(torch::kInt32)},
                  {"f64", values.to(torch::kFloat64).div(3).view({5, 1, 3})},
                  {"i64", values * (std::int64_t{1} << 40)}};
  return file;
}

/// The same names, types, shapes and bytes in the same order.
inline void expect_same_bits(const TensorFile& actual, const TensorFile& expected) {
  ASSERT_EQ(actual.tensors.size(), expected.tensors.size());
  for (std::size_t i = 0; i < expected.tensors.size(); ++i) {
    const auto& [name, tensor] = actual.tensors[i];
    EXPECT_EQ(name, expected.tensors[i].first);
    const auto want = expected.tensors[i].second.contiguous();
    ASSERT_EQ(tensor.scalar_type(), want.scalar_type()) << name;
    ASSERT_EQ(tensor.sizes(), want.sizes()) << name;
    ASSERT_TRUE(tensor.is_contiguous()) << name;
    if (want.nbytes() != 0) {
      EXPECT_EQ(std::memcmp(tensor.const_data_ptr(), want.const_data_ptr(), want.nbytes()), 0)
          << name;
    }
  }
}

}  // namespace onecycle
