// Against the reference Python package, in both directions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "model/tensor_bits.h"
#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "support/python.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

// bfloat16 is left out: NumPy has none.
constexpr std::string_view kWrite = R"(
import sys, numpy as np
from safetensors.numpy import save_file
v = np.arange(-7, 8)
save_file({'bool': v > 2, 'u8': abs(v).astype('u1'), 'i8': v.astype('i1'), 'i16': (v * 4000).astype('i2'),
           'f16': (v.astype('f4') / np.float32(3)).astype('f2'), 'i32': (v * 100000).astype('i4'),
           'f32': (v.astype('f4') / np.float32(3)).reshape(3, 5), 'f64': (v / 3).reshape(5, 1, 3),
           'i64': v * 2**40, 'scalar': np.array(2.5), 'empty': np.empty((0, 3), 'f4')},
          sys.argv[1], {'model': 'mlp', 'hidden': '128,64'})
)";

// Rewrites the file with what it read, in the order of the names.
constexpr std::string_view kRewrite = R"(
import sys
from safetensors import safe_open
from safetensors.numpy import save_file
with safe_open(sys.argv[1], 'np') as f:
    tensors, metadata = {k: f.get_tensor(k) for k in f.keys()}, f.metadata()
    assert metadata == {'model': 'mlp', 'hidden': '128,64'}, metadata
save_file(tensors, sys.argv[1], metadata)
)";

class SafetensorsPython : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto python = python_with("safetensors.numpy")) {
      python_ = *python;
      return;
    }
    GTEST_SKIP() << "no Python with safetensors and numpy; set ONECYCLE_PYTHON to one";
  }

  // Runs the script with the file's path as its argument.
  void run(std::string_view script) const {
    write_file(folder_ / "script.py", script);
    const auto command =
        cat("'", python_, "' '", (folder_ / "script.py").string(), "' '", path_.string(), "'");
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  static TensorFile without_bfloat16() {
    auto file = tensors_of_every_type();
    std::erase_if(file.tensors, [](const auto& item) { return item.first == "bf16"; });
    file.tensors.emplace_back("scalar", torch::tensor(2.5, torch::kFloat64));
    file.tensors.emplace_back("empty", torch::empty({0, 3}, torch::kFloat32));
    return file;
  }

  // Files of Python are sorted by size of type and name.
  static void sort_by_name(TensorFile& file) {
    std::sort(file.tensors.begin(), file.tensors.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
  }

  const TempFolder temporary_;
  const std::filesystem::path folder_ = temporary_.path();
  const std::filesystem::path path_ = folder_ / "t.safetensors";
  std::string python_;
};

TEST_F(SafetensorsPython, WritesWhatWeRead) {
  run(kWrite);
  auto read = load_tensors(path_);
  auto expected = without_bfloat16();
  sort_by_name(read);
  sort_by_name(expected);
  expect_same_bits(read, expected);
  EXPECT_EQ(read.metadata, expected.metadata);
}

TEST_F(SafetensorsPython, ReadsWhatWeWrite) {
  auto expected = without_bfloat16();
  save_tensors(path_, expected);
  const auto ours = read_file(path_);
  run(kRewrite);
  EXPECT_NE(read_file(path_), ours) << "Python orders names differently";
  auto read = load_tensors(path_);
  sort_by_name(read);
  sort_by_name(expected);
  expect_same_bits(read, expected);
}

}  // namespace
}  // namespace onecycle
