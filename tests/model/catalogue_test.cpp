#include "onecycle/model/catalogue.h"

#include <gtest/gtest.h>

#include "model/expect_error.h"
#include "onecycle/model/weights.h"

namespace onecycle {
namespace {

TEST(Models, EachFitsDigits) {
  for (const auto& name : model_names()) {
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
  for (const auto& name : model_names()) {
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
               ErrorKind::usage, "unknown model 'transformer'; known: mlp, lenet");
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
}

}  // namespace
}  // namespace onecycle
