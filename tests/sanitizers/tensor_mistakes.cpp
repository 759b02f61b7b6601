// Makes a mistake in the memory of a tensor, which comes from LibTorch, which has no sanitizers.
#include <ATen/ATen.h>

#include <cstdio>
#include <string_view>
#include <thread>

namespace {

/// `one` is 1, which the compiler must not know.
void make(std::string_view mistake, int one) {
  const at::Tensor tensor = at::zeros({one});
  float* values = tensor.data_ptr<float>();
  if (mistake == "overflow") {
    std::printf("%g\n", values[one]);
  } else if (mistake == "race") {
    std::thread other([values] { values[0] += 1; });
    values[0] += 1;
    other.join();
    std::printf("%g\n", values[0]);
  } else {
    std::puts("none");
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s MISTAKE\n", arguments[0]);
    return 2;
  }
  make(arguments[1], count - 1);
}
