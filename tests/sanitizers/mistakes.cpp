// Makes the mistake that its argument names, so that tests see whether the sanitizers report it.
#include <cstddef>
#include <cstdio>
#include <limits>
#include <memory>
#include <string_view>
#include <thread>

namespace {

/// `one` is 1, which the compiler must not know.
void make(std::string_view mistake, int one) {
  const auto count = static_cast<std::size_t>(one);
  if (mistake == "overflow") {
    const auto bytes = std::make_unique<char[]>(count);
    std::printf("%d\n", bytes[count]);
  } else if (mistake == "use-after-free") {
    auto bytes = std::make_unique<char[]>(count);
    const char* freed = bytes.get();
    bytes.reset();
    std::printf("%d\n", freed[count - 1]);
  } else if (mistake == "leak") {
    std::printf("%p\n", static_cast<void*>(std::make_unique<char[]>(count).release()));
  } else if (mistake == "signed-overflow") {
    std::printf("%d\n", std::numeric_limits<int>::max() + one);
  } else if (mistake == "cast") {
    std::printf("%d\n", static_cast<int>(1e300 * one));
  } else if (mistake == "race") {
    int sum = 0;
    std::thread other([&sum, one] { sum += one; });
    sum += one;
    other.join();
    std::printf("%d\n", sum);
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
