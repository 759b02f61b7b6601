// Makes a libFuzzer program of a target.

#include <cstddef>
#include <cstdint>

#include "fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  onecycle::fuzz::read({reinterpret_cast<const char*>(data), size});
  return 0;
}
