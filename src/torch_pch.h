// The slow LibTorch headers that most files need, compiled once for the library, the program and
// the tests. The whole of torch/torch.h would add 10 s to this and 5 s to every file.
#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/optimizer.h>
#include <torch/types.h>
