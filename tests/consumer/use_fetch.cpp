// A program that gets its data sets from the network and knows nothing of LibTorch.
#include <cstdio>

#include "onecycle/fetch/fetch.h"

int main(int count, char** names) {
  for (int i = 1; i < count; ++i) {
    const onecycle::Fetched set = onecycle::fetch(onecycle::remote_set(names[i]), "data");
    std::printf("%s: %lld files\n", set.path.c_str(), static_cast<long long>(set.files));
  }
  return onecycle::remote_set("cifar10").unpacks ? 0 : 1;
}
