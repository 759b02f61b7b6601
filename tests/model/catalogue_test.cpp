#include "onecycle/model/catalogue.h"

#include <gtest/gtest.h>

#include "model/expect_error.h"
#include "onecycle/model/weights.h"

namespace onecycle {
namespace {

// One of each kind: of a family the smallest.
std::vector<std::string> makeable_names() {
  auto names = model_names();
  std::erase_if(names, [](const std::string& name) {
    return !find_model(name).family.empty() || name == "resnet34" || name == "resnet110";
  });
  names.emplace_back("wrn-10-1");
  return names;
}

TEST(Models, EachFitsDigits) {
  for (const auto& name : makeable_names()) {
    SCOPED_TRACE(name);
    const auto model = make_model(name, {.input_shape = {1, 8, 8}, .outputs = 10});
    EXPECT_EQ(model.name, name);
    EXPECT_EQ(model.forward(torch::zeros({3, 1, 8, 8})).sizes(),
              (std::vector<std::int64_t>{3, 10}));
    EXPECT_GE(model.groups.size(), 2U) << "rates LO:HI need a body and a head";
    EXPECT_EQ(model.groups.back().name, "head");
    EXPECT_NO_THROW(check_groups(model));
  }
}

TEST(Models, AreMadeAgainFromTheirConfiguration) {
  for (const auto& name : makeable_names()) {
    SCOPED_TRACE(name);
    const auto model = make_model(name, {.input_shape = {3, 9, 12}, .outputs = 4});
    const auto again = make_model(model.config);
    EXPECT_EQ(again.config, model.config);
    EXPECT_EQ(again.groups, model.groups);
    load_weights(*again.module, named_tensors(*model.module));
    model.module->eval();
    again.module->eval();
    const auto x = torch::randn({2, 3, 9, 12});
    EXPECT_TRUE(torch::equal(again.forward(x), model.forward(x)));
  }
}

TEST(Models, RememberHiddenWidths) {
  const auto model = make_model(
      "mlp", {.input_shape = {5}, .outputs = 2, .hidden = std::vector<std::int64_t>{7, 6}});
  EXPECT_EQ(model.config.at("hidden"), "7,6");
  const auto linear =
      make_model("mlp", {.input_shape = {5}, .outputs = 2, .hidden = std::vector<std::int64_t>{}});
  EXPECT_EQ(make_model(linear.config).groups.size(), 1U);
}

TEST(Models, NamesTheNearestOfAnUnknownName) {
  expect_error(
      [] {
        make_model("lenett", {.input_shape = {1, 8, 8}, .outputs = 2});
      },
      ErrorKind::usage, "unknown model 'lenett'; did you mean 'lenet'?");
  expect_error([] { make_model("transformer", {.input_shape = {4}, .outputs = 2}); },
               ErrorKind::usage,
               "unknown model 'transformer'; known: mlp, lenet, resnet9, resnet20, ");
  expect_error(
      [] {
        make_model("wrn-16-x", {.input_shape = {1, 8, 8}, .outputs = 2});
      },
      ErrorKind::usage, "unknown model 'wrn-16-x'; expected wrn-D-K with numbers");
}

TEST(Models, TakeOptionsByName) {
  const ModelRequest request{
      .input_shape = {3, 32, 32}, .outputs = 4, .options = {{"head", "fastai"}}};
  const auto model = make_model("resnet20", request);
  EXPECT_EQ(model.config.at("head"), "fastai");
  EXPECT_EQ(model.groups.back().parameters.front(), "head.2.weight");
  EXPECT_EQ(make_model(model.config).groups, model.groups);
  expect_error([&] { make_model("lenet", request); }, ErrorKind::usage,
               "expected one of its options, got 'head'; it has none");
  expect_error(
      [] {
        make_model("resnet20",
                   {.input_shape = {3, 9, 9}, .outputs = 2, .options = {{"head", "fastay"}}});
      },
      ErrorKind::usage,
      "cifar resnet: head: expected one of plain, fastai, got 'fastay'; did you mean 'fastai'?");
  const auto& options = find_model("wrn-16-4").options;
  EXPECT_EQ(options.back().name, "dropout");
}

TEST(Models, RefuseDataAndOptionsThatDoNotFit) {
  expect_error([] { make_model("lenet", {.input_shape = {30}, .outputs = 2}); }, ErrorKind::usage,
               "lenet: expected images (channels x height x width), got examples of 30 values; use "
               "mlp for tables");
  expect_error(
      [] {
        make_model(
            "lenet",
            {.input_shape = {1, 8, 8}, .outputs = 2, .hidden = std::vector<std::int64_t>{32}});
      },
      ErrorKind::usage, "lenet: expected no hidden widths, got some; leave them out or use mlp");
  expect_error(
      [] {
        make_model("mlp", {.input_shape = {4, 0}, .outputs = 2});
      },
      ErrorKind::usage, "model: expected examples with positive sizes, got 4 x 0; check the data");
  expect_error([] { make_model("mlp", {.input_shape = {4}, .outputs = 0}); }, ErrorKind::usage,
               "mlp: expected outputs of at least 1, got 0");
}

TEST(Models, RefuseConfigurationsThatMakeNone) {
  expect_error([] { make_model(std::map<std::string, std::string>{}); }, ErrorKind::checkpoint,
               "model configuration: expected 'outputs', got none");
  expect_error(
      [] {
        make_model({{"model", "mlp"}, {"outputs", "2"}, {"input_shape", "1,x"}});
      },
      ErrorKind::checkpoint, "model configuration: expected integers in 'input_shape', got '1,x'");
  expect_error(
      [] {
        make_model({{"model", "alexnet"}, {"outputs", "2"}, {"input_shape", "3,8,8"}});
      },
      ErrorKind::checkpoint, "model configuration: unknown model 'alexnet'");
}

}  // namespace
}  // namespace onecycle
