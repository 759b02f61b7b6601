// Threads of our own that leave the processor's other cores to the model.
#pragma once

namespace onecycle {

/// From now on LibTorch's operations that the calling thread asks for run in it alone. Other
/// threads, and `at::get_num_threads` there, stay as they are.
void use_one_thread();

}  // namespace onecycle
