// The slow LibTorch headers, compiled once for the library, the program, the tests and the examples.
#pragma once

#include <torch/torch.h>
