#include "onecycle/train/trained_model.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include "onecycle/core/files.h"
#include "onecycle/data/image.h"
#include "onecycle/data/safetensors.h"
#include "onecycle/model/catalogue.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

class TrainedModelTest : public testing::Test {
 protected:
  /// A network for images of 4 x 6 pixels.
  static TrainedModel of_images() {
    torch::manual_seed(1);
    return {.model = make_model("lenet", {.input_shape = {3, 4, 6}, .outputs = 2}),
            .task = {.target = "class", .classes = {"cat", "dog"}, .input_shape = {3, 4, 6}},
            .standardization = {.inputs = Standardizer::of_bytes(imagenet_statistics())},
            .resize = ResizeMethod::pad};
  }

  void save(const TrainedModel& trained) const {
    save_trained_model(path_, trained, named_tensors(*trained.model.module));
  }

  const TempFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "model.safetensors";
};

TEST_F(TrainedModelTest, PredictsTheSameAfterAFile) {
  const TrainedModel trained = of_images();
  trained.model.forward(torch::randn({8, 3, 4, 6}));  // moves the running statistics
  save(trained);
  const TrainedModel again = load_trained_model(path_);
  EXPECT_EQ(again.task, trained.task);
  EXPECT_EQ(again.resize, ResizeMethod::pad);
  trained.model.module->eval();
  const torch::Tensor x = at::randint(0, 256, {5, 3, 4, 6}, torch::kByte);
  const torch::Tensor probabilities = predict(again, x);
  EXPECT_TRUE(torch::equal(probabilities, predict(trained, x)));
  EXPECT_LT((probabilities.sum(1) - 1.0).abs().max().item<double>(), 1e-6);
}

TEST_F(TrainedModelTest, ARegressionAnswersInTheUnitOfItsTarget) {
  TrainedModel trained{
      .model = make_model("mlp", {.input_shape = {2}, .outputs = 1}),
      .task = {.kind = TaskKind::regression,
               .target = "price",
               .input_shape = {2},
               .features = {"a", "b"},
               .fills = {{"a", 2.5}}},
      .standardization = {.inputs = {torch::zeros({2}), torch::ones({2})},
                          .targets = Standardizer{torch::tensor(100.0), torch::tensor(10.0)}}};
  save(trained);
  const TrainedModel again = load_trained_model(path_);
  EXPECT_EQ(again.task, trained.task);
  const torch::Tensor x = torch::randn({3, 2});
  const torch::Tensor expected = trained.model.forward(x).flatten() * 10.0 + 100.0;
  EXPECT_TRUE(at::allclose(predict(again, x), expected));
}

TEST_F(TrainedModelTest, ReadsImagesOfAnySizeAndColour) {
  const TrainedModel trained = of_images();
  write_png(folder_.path() / "grey.png", at::full({1, 20, 20}, 9, torch::kByte));
  const torch::Tensor inputs = read_inputs(trained, {folder_.path() / "grey.png"});
  EXPECT_EQ(inputs.sizes(), (std::vector<std::int64_t>{1, 3, 4, 6}));
  EXPECT_EQ(inputs[0][2][2][3].item<int>(), 9);
  EXPECT_EQ(inputs[0][0][0][0].item<int>(), 0) << "padded";
}

TEST_F(TrainedModelTest, SaysWhatDoesNotFit) {
  save_tensors(path_, {.tensors = {{"x", torch::zeros({1})}}});
  EXPECT_EQ(message_of(ErrorKind::checkpoint, [&] { (void)load_trained_model(path_); }),
            path_.native() +
                ": expected the weights of a run of onecycle, got a file without 'task.kind'; take "
                "model.safetensors of a run, or name the model with --model");
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [&] {
                         (void)predict(of_images(), torch::zeros({1, 3}));
                       }),
            "predict: expected inputs of [3,4,6] each, got [1,3] in all");
  TrainedModel numbers = of_images();
  numbers.resize.reset();
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { (void)read_inputs(numbers, {"a.png"}); }),
            "predict: expected a model of images from files, got one of other inputs; give them as "
            "a tensor");
}

}  // namespace
}  // namespace onecycle
