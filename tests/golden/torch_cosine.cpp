#include "families.h"
#include "torch_parts.h"

namespace onecycle::golden {
namespace {

void cosine(const Case& c) {
  expect_schedule(c,
                  [&](double peak) { return torch_schedule("CosineAnnealingLR", c.params, peak); });
}

/// Fractional steps, in epochs, are iterations of a cycle that many batches longer.
void warm_restarts(const Case& c) {
  expect_schedule(c, [&](double peak) {
    return torch_schedule("CosineAnnealingWarmRestarts", c.params, peak);
  });
}

void error(const Case& c) { has(c.params, "T_0") ? warm_restarts(c) : cosine(c); }

}  // namespace

Kinds torch_cosine() {
  return {{"cosine", cosine},
          {"warm_restarts", warm_restarts},
          {"warm_restarts_fractional", warm_restarts},
          {"error", error}};
}

}  // namespace onecycle::golden
