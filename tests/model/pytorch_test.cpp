// Against PyTorch in Python: the same weights give the same logits, in both directions.
#include <gtest/gtest.h>

#include "onecycle/data/safetensors.h"
#include "onecycle/model/open_weights.h"
#include "onecycle/model/pretrained.h"
#include "onecycle/model/recognise.h"
#include "onecycle/model/resnet.h"
#include "onecycle/model/script.h"
#include "support/python.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

constexpr double kAgreement = 1e-4;  // of the largest logit

class PyTorch : public testing::Test {
 protected:
  // One run of Python serves all tests of this process: it takes seconds.
  static void SetUpTestSuite() {
    python_ = python_with("torch, safetensors.torch");
    if (python_) {
      folder_ = std::make_unique<TempFolder>();
      run("write");
    }
  }
  static void TearDownTestSuite() { folder_.reset(); }

  void SetUp() override {
    if (!python_) {
      GTEST_SKIP() << "no Python with torch and safetensors; set ONECYCLE_PYTHON to one";
    }
  }

  static void run(const std::string& action) {
    const auto script =
        std::filesystem::path(ONECYCLE_TEST_DATA) / ".." / "model" / "pytorch_logits.py";
    const auto command = cat("'", *python_, "' '", script.string(), "' ", action, " '",
                             folder_->path().string(), "'");
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  static std::filesystem::path file(const std::string& name) { return folder_->path() / name; }

  static torch::Tensor tensor(const std::string& file_name, const std::string& name) {
    for (const auto& [key, value] : load_tensors(file(file_name)).tensors) {
      if (key == name) {
        return value.clone();
      }
    }
    ADD_FAILURE() << file_name << " has no " << name;
    return {};
  }

  static Model fresh(const std::string& name) {
    return name == "resnet20"   ? cifar_resnet({.depth = 20})
           : name == "resnet18" ? resnet({.depth = 18, .outputs = 7})
                                : resnet({.depth = 50, .outputs = 7});
  }

  static void expect_same_logits(const Model& model, const std::string& name) {
    const torch::NoGradGuard no_grad;
    model.module->eval();
    const auto logits = tensor(name + ".io.safetensors", "logits");
    const auto own = model.forward(tensor(name + ".io.safetensors", "x"));
    EXPECT_LT((own - logits).abs().max().item<double>(),
              kAgreement * logits.abs().max().item<double>())
        << name;
  }

  static std::optional<std::string> python_;
  static std::unique_ptr<TempFolder> folder_;
};

std::optional<std::string> PyTorch::python_;
std::unique_ptr<TempFolder> PyTorch::folder_;
const std::vector<std::string> kNetworks = {"resnet20", "resnet18", "resnet50"};

TEST_F(PyTorch, LogitsAgreeWithItsWeights) {
  for (const auto& name : kNetworks) {
    for (const std::string ending : {".safetensors", ".pth"}) {
      auto model = fresh(name);
      const auto report = load_pretrained(model, open_weights(file(name + ending)).tensors,
                                          {.replace_head = false, .source = name + ending});
      EXPECT_EQ(report.loaded, report.expected);
      expect_same_logits(model, name);
    }
  }
}

TEST_F(PyTorch, AgreesWithLogitsOfOurWeights) {
  std::vector<torch::Tensor> logits;
  for (const auto& name : kNetworks) {
    const auto model = fresh(name);
    model.forward(torch::randn({4, 3, 32, 32}));  // moves the running statistics
    model.module->eval();
    const torch::NoGradGuard no_grad;
    logits.push_back(model.forward(tensor(name + ".io.safetensors", "x")));
    save_tensors(file(name + ".ours.safetensors"), {.tensors = named_tensors(*model.module)});
  }
  run("check");
  for (std::size_t i = 0; i < kNetworks.size(); ++i) {
    const auto back = tensor(kNetworks[i] + ".back.safetensors", "logits");
    EXPECT_LT((logits[i] - back).abs().max().item<double>(),
              kAgreement * back.abs().max().item<double>())
        << kNetworks[i];
  }
}

TEST_F(PyTorch, WeightsTellTheirModel) {
  for (const auto& name : kNetworks) {
    const auto model = recognise_model(open_weights(file(name + ".pth")));
    ASSERT_TRUE(model) << name;
    EXPECT_EQ(model->name, name);
    EXPECT_EQ(model->config.at("outputs"), name == "resnet20" ? "10" : "7");
  }
}

TEST_F(PyTorch, ScriptsOfItRunAndTrain) {
  const auto script = script_model(file("resnet20.script.pt"));
  EXPECT_EQ(script.groups.back().parameters, (std::vector<std::string>{"fc.weight", "fc.bias"}));
  expect_same_logits(script, "resnet20");
  // One step of training moves script and own model alike: gradients and running statistics.
  auto own = fresh("resnet20");
  load_pretrained(own, named_tensors(*script.module));
  const auto x = tensor("resnet20.io.safetensors", "x").to(torch::kFloat64);
  for (const auto& model : {own, script}) {
    model.module->to(torch::kFloat64);  // in float32 rounding alone moves gradients by a percent
    model.module->train();
    model.forward(x).square().mean().backward();
  }
  const auto theirs = script.module->named_parameters();
  for (const auto& item : own.module->named_parameters()) {
    EXPECT_TRUE(torch::allclose(item.value().grad(), theirs[item.key()].grad(), 1e-6, 1e-9))
        << item.key();
  }
  EXPECT_TRUE(torch::allclose(own.module->named_buffers()["layer3.2.bn2.running_var"],
                              script.module->named_buffers()["layer3.2.bn2.running_var"]));
}

}  // namespace
}  // namespace onecycle
