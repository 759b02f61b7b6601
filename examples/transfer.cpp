// From pictures in folders to a classifier: a network learns five digits, then, with the body's
// weights and a new head, the other five from 20 pictures each.
#include <torch/utils.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "onecycle/data/digits.h"
#include "onecycle/data/image.h"
#include "onecycle/data/source.h"
#include "onecycle/data/split.h"
#include "onecycle/model/catalogue.h"
#include "onecycle/model/open_weights.h"
#include "onecycle/model/pretrained.h"
#include "onecycle/train/auto_rate.h"
#include "onecycle/train/learner.h"
#include "onecycle/train/trained_model.h"

namespace {

namespace fs = std::filesystem;
using namespace onecycle;

// FOLDER/CLASS/NUMBER.png for the digits first .. first + 4, at most `most` of each.
void write_pictures(const fs::path& folder, int first, int most) {
  const Batch all = digits().examples->all();
  std::array<int, 10> counts{};
  for (std::int64_t i = 0; i < all.targets.size(0); ++i) {
    const int digit = static_cast<int>(all.targets[i].item<std::int64_t>());
    int& count = counts.at(static_cast<std::size_t>(digit));
    if (digit < first || digit > first + 4 || count++ >= most) {
      continue;
    }
    const fs::path place = folder / std::to_string(digit);
    fs::create_directories(place);
    write_png(place / (std::to_string(i) + ".png"), (all.inputs[i] * 255).to(torch::kByte));
  }
}

struct Classifier {
  SplitData data;
  std::unique_ptr<Learner> learner;
  TrainedModel trained;
};

Classifier make_classifier(const fs::path& pictures, const SplitOptions& options) {
  const LoadedData source = open_data(pictures);
  Classifier made{.data = split_data(source, options), .learner = nullptr, .trained = {}};
  Model model = make_model("lenet", {source.task.input_shape, source.task.outputs()});
  made.trained = {model, source.task, made.data.standardization, ResizeMethod::crop};
  made.learner = std::make_unique<Learner>(
      std::move(model),
      Loader(made.data.train,
             {.batch_size = 16, .seed = 1, .transform = made.data.transform, .workers = 2}),
      Loader(made.data.valid, {.batch_size = 256, .shuffle = false}),
      LearnerOptions{.metrics = {accuracy()}});
  return made;
}

}  // namespace

int main() {
  const fs::path folder = fs::temp_directory_path() / "onecycle-transfer";
  fs::remove_all(folder);
  write_pictures(folder / "low", 0, 1000);
  write_pictures(folder / "high", 5, 25);
  torch::manual_seed(1);
  torch::set_num_threads(1);

  Classifier first = make_classifier(folder / "low", {.seed = 1});
  first.learner->fit_one_cycle(3, 0.05);
  save_trained_model(folder / "low.safetensors", first.trained,
                     named_tensors(*first.learner->model().module));
  std::printf("five digits: accuracy %.3f\n", first.learner->validate().metrics[0]);

  // The same normalisation, the same body, a new head.
  const WeightsFile weights = open_weights(folder / "low.safetensors");
  Classifier second =
      make_classifier(folder / "high",
                      {.seed = 1, .images = {.normalize = channel_statistics_in(weights.tensors)}});
  Learner& learner = *second.learner;
  const PartialLoad loaded = load_pretrained(learner.model(), weights.tensors,
                                             {.new_head_because = "the digits are others"});
  std::printf("%s\n", loaded.text().c_str());

  learner.freeze();
  learner.fit_one_cycle(2, choose_rate(learner, {.epochs = 2}).rates());
  learner.unfreeze();
  const RateChoice choice = choose_rate(learner, {.epochs = 10, .spreads = {100.0, 10.0, 2.0}});
  learner.fit_one_cycle(10, choice.rates());
  std::printf("the other five: accuracy %.3f\n", learner.validate().metrics[0]);

  save_trained_model(folder / "high.safetensors", second.trained,
                     named_tensors(*learner.model().module));
  const TrainedModel again = load_trained_model(folder / "high.safetensors");
  const fs::path some = fs::directory_iterator(folder / "high" / "7")->path();
  const torch::Tensor probabilities = predict(again, read_inputs(again, {some}));
  const auto best = static_cast<std::size_t>(probabilities[0].argmax().item<std::int64_t>());
  std::printf("a seven is taken for a %s\n", again.task.classes[best].c_str());
  fs::remove_all(folder);
}
