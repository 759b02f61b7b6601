#include "onecycle/data/standardize.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

torch::Tensor table() {
  return torch::tensor({{1., 5., 0.1}, {2., 5., 0.1}, {6., 5., 0.1}}, torch::kDouble);
}

TEST(Standardizer, TakesFeaturesOneByOneAndOnlyCentresConstants) {
  const Standardizer standardizer = Standardizer::fit(table());
  EXPECT_TRUE(at::allclose(standardizer.mean, torch::tensor({3., 5., 0.1}, torch::kDouble)));
  EXPECT_TRUE(at::allclose(standardizer.deviation,
                           torch::tensor({std::sqrt(14. / 3), 1., 1.}, torch::kDouble)));
  const torch::Tensor x = standardizer.apply(table());
  EXPECT_EQ(x.scalar_type(), torch::kFloat);
  EXPECT_LT(x.slice(1, 1).abs().max().item<double>(), 1e-6);
}

TEST(Standardizer, TakesImagesByChannel) {
  const torch::Tensor images =
      torch::rand({10, 3, 4, 5}) * torch::tensor({1.F, 9.F, 90.F}).view({3, 1, 1});
  const Standardizer standardizer = Standardizer::fit(images);
  EXPECT_EQ(standardizer.mean.sizes(), (std::vector<std::int64_t>{3, 1, 1}));
  const torch::Tensor x = standardizer.apply(images);
  EXPECT_LT(x.mean({0, 2, 3}).abs().max().item<double>(), 1e-5);
  EXPECT_LT((x.std({0, 2, 3}, false) - 1).abs().max().item<double>(), 1e-5);
  EXPECT_EQ(x.sizes(), images.sizes());
}

TEST(Standardizer, KeepsWhatFloatsWouldLose) {
  // Seconds since 1970: float32 knows them to two minutes.
  const torch::Tensor seconds = torch::tensor({1.7e9, 1.7e9 + 1, 1.7e9 + 2}, torch::kDouble);
  const torch::Tensor x = Standardizer::fit(seconds).apply(seconds);
  EXPECT_NEAR(x[2].item<double>() - x[1].item<double>(), std::sqrt(1.5), 1e-6);
}

TEST(Standardizer, UndoIsTheReverse) {
  const Standardizer standardizer = Standardizer::fit(table());
  EXPECT_TRUE(
      at::allclose(standardizer.undo(standardizer.apply(table())).to(torch::kDouble), table()));
}

TEST(Standardization, ComesBackFromItsTensors) {
  const Standardization both{.inputs = Standardizer::fit(table()),
                             .targets = Standardizer::fit(table().select(1, 0))};
  NamedTensors tensors = both.tensors();
  tensors.emplace(tensors.begin(), "layers.0.weight", torch::zeros({2, 2}));
  const Standardization back = Standardization::from_tensors(tensors);
  EXPECT_TRUE(torch::equal(back.inputs.apply(table()), both.inputs.apply(table())));
  const torch::Tensor y = table().select(1, 0);
  ASSERT_TRUE(back.targets.has_value());
  EXPECT_TRUE(torch::equal(back.targets->apply(y), both.targets->apply(y)));
  const Standardization inputs_only{.inputs = both.inputs, .targets = {}};
  EXPECT_FALSE(Standardization::from_tensors(inputs_only.tensors()).targets.has_value());
}

TEST(Standardization, RefusesWeightsWithoutIt) {
  const auto message = [](const NamedTensors& tensors) {
    try {
      Standardization::from_tensors(tensors);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::checkpoint);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(message({}),
            "weights: expected the tensor 'standardize.inputs.mean', got none; they were not saved "
            "together with their data's statistics");
  EXPECT_EQ(message({{"standardize.inputs.mean", torch::zeros({1})}}),
            "weights: expected the tensor 'standardize.inputs.deviation', got none; the file is "
            "not whole");
}

}  // namespace
}  // namespace onecycle
