#include "data/one_thread.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>

namespace onecycle {

void use_one_thread() {
  // LibTorch sets OpenMP's number for a thread when that first asks for it: that must be over.
  (void)at::get_num_threads();
  // at::set_num_threads would be for threads to come, too. OpenMP's own function is for this one,
  // but it must be that of the OpenMP which LibTorch brought along, not of a second one.
  using SetThreads = void (*)(int);
  static const auto set_threads =
      reinterpret_cast<SetThreads>(  // NOLINT(*-reinterpret-cast): what dlsym is for
          ::dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  if (set_threads != nullptr) {
    set_threads(1);
  }
}

}  // namespace onecycle
