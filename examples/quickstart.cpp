// From data to a trained model: find a learning rate, train with 1cycle, draw what was found.
#include <torch/utils.h>

#include <cstdio>

#include "onecycle/data/digits.h"
#include "onecycle/data/split.h"
#include "onecycle/model/mlp.h"
#include "onecycle/report/render.h"
#include "onecycle/train/learner.h"

int main() {
  torch::manual_seed(1);
  torch::set_num_threads(1);  // a model this small gains nothing from more

  // 1,797 handwritten digits of 8x8 pixels, a fifth of them put aside for validation.
  const onecycle::SplitData data = onecycle::split_data(onecycle::digits(), {.seed = 1});
  onecycle::Learner learner(onecycle::mlp({.inputs = 64, .outputs = 10}),
                            onecycle::Loader(data.train, {.batch_size = 64, .seed = 1}),
                            onecycle::Loader(data.valid, {.batch_size = 512, .shuffle = false}),
                            {.metrics = {onecycle::accuracy()}});

  // The finder raises the rate over 100 iterations, then puts everything back, bit for bit.
  const onecycle::FindRecord find = learner.lr_find({.rules = {"minimum"}});
  const onecycle::Suggestion& suggestion = find.suggestions.front();
  if (!suggestion.lr) {
    std::printf("no suggestion: %s\n", suggestion.why.c_str());
    return 1;
  }
  std::printf("suggested rate: %.3g\n", *suggestion.lr);

  // The rate goes up to the suggested one and down to almost nothing, momentum the other way.
  const onecycle::FitResult fit = learner.fit_one_cycle(10, *suggestion.lr);
  const onecycle::Evaluation valid = learner.validate();
  std::printf("%d iterations, accuracy %.3f\n", static_cast<int>(fit.iterations), valid.metrics[0]);

  onecycle::render({onecycle::find_plot(find)}, "finder.svg");
}
