#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include "model/format/zip_directory.h"
#include "model/pickles.h"
#include "onecycle/core/files.h"
#include "onecycle/core/sha256.h"
#include "onecycle/data/safetensors.h"
#include "onecycle/model/catalogue.h"
#include "onecycle/model/open_weights.h"
#include "onecycle/model/recognise.h"
#include "onecycle/model/script.h"
#include "onecycle/model/weights.h"
#include "onecycle/train/batch_norm.h"
#include "onecycle/train/trained_model.h"
#include "support/message.h"
#include "support/temp_folder.h"
#include "train/toy.h"

namespace onecycle {
namespace {

/// What `torch.jit.script` makes of a net with batch norm and dropout that is 6 - 12 - 3 wide.
torch::jit::Module scripted_net() {
  torch::manual_seed(3);
  torch::jit::Module norm("__torch__.BatchNorm1d");
  norm.register_parameter("weight", torch::ones({12}), false);
  norm.register_parameter("bias", torch::zeros({12}), false);
  norm.register_buffer("running_mean", torch::zeros({12}));
  norm.register_buffer("running_var", torch::ones({12}));
  norm.register_attribute("training", c10::BoolType::get(), true);
  norm.type()->addConstant("momentum", 0.1);  // as Python's layers have it
  norm.define(R"(
    def forward(self, x):
      return torch.batch_norm(x, self.weight, self.bias, self.running_mean, self.running_var,
                              self.training, 0.1, 1e-5, False)
  )");
  torch::jit::Module net("__torch__.Net");
  net.register_parameter("body", torch::randn({12, 6}) / 3, false);
  net.register_module("norm", norm);
  net.register_parameter("head", torch::randn({3, 12}) / 4, false);
  net.register_attribute("training", c10::BoolType::get(), true);
  net.define(R"(
    def forward(self, x):
      x = torch.relu(self.norm.forward(torch.linear(x, self.body)))
      return torch.linear(torch.dropout(x, 0.2, self.training), self.head)
  )");
  return net;
}

class ScriptModel : public testing::Test {
 protected:
  ScriptModel() { scripted_net().save(path_.string()); }

  [[nodiscard]] Model net() const {
    return script_model(path_, {.groups = "body=body,norm;head=head"});
  }
  [[nodiscard]] TrainedModel trained_net() const {
    return {.model = make_model(cat("script:", path_.string()),
                                {.input_shape = {6},
                                 .outputs = 3,
                                 .options = {{"groups", "body=body,norm;head=head"}}}),
            .task = {.classes = {"a", "b", "c"}, .input_shape = {6}},
            .standardization = {.inputs = {torch::zeros({6}), torch::ones({6})}}};
  }
  [[nodiscard]] Learner learner(FrozenNorms norms = FrozenNorms::train) const {
    torch::manual_seed(9);
    return Learner(net(), toy::train_loader(), toy::valid_loader(),
                   {.metrics = {accuracy()}, .frozen_norms = norms});
  }

  const TempFolder temporary_;
  const std::filesystem::path path_ = temporary_.path() / "net.pt";
};

TEST_F(ScriptModel, LearnsAndIsTheSameInEveryRun) {
  auto first = learner();
  first.fit_one_cycle(8, 0.1);
  const auto expected = toy::state_hash(first);  // with torch's generator, which all share
  auto second = learner();
  second.fit_one_cycle(8, 0.1);
  EXPECT_GT(first.validate().metrics[0], 0.8);
  EXPECT_EQ(toy::state_hash(second), expected);
}

TEST_F(ScriptModel, ItsStateIsTakenOutAndPutBackBitForBit) {
  auto plain = learner();
  plain.fit({.epochs = 2, .lr = 0.05});
  const auto expected = toy::state_hash(plain);
  auto found = learner();
  const auto before = toy::state_hash(found);
  (void)found.lr_find();
  EXPECT_EQ(toy::state_hash(found), before);
  found.fit({.epochs = 2, .lr = 0.05});
  EXPECT_EQ(toy::state_hash(found), expected);
}

TEST_F(ScriptModel, TrainAndEvalReachTheScript) {
  const auto model = net();
  const auto x = torch::randn({16, 6});
  EXPECT_FALSE(torch::equal(model.forward(x), model.forward(x))) << "dropout";
  model.module->eval();
  EXPECT_TRUE(torch::equal(model.forward(x), model.forward(x)));
}

TEST_F(ScriptModel, FrozenGroupsStandStillWithTheirNorms) {
  auto frozen = learner(FrozenNorms::stay);
  std::vector<torch::Tensor> before;
  for (const auto& [name, tensor] : named_tensors(*frozen.model().module)) {
    before.push_back(tensor.detach().clone());
  }
  frozen.freeze();
  frozen.fit({.epochs = 1, .lr = 0.05});
  std::size_t i = 0;
  for (const auto& [name, tensor] : named_tensors(*frozen.model().module)) {
    EXPECT_EQ(torch::equal(before[i++], tensor), name != "head") << name;
  }
}

TEST_F(ScriptModel, ComputesInOtherPrecisions) {
  Learner mixed(net(), toy::train_loader(), std::nullopt, {.precision = Precision::bfloat16});
  EXPECT_EQ(mixed.fit({.epochs = 2, .lr = 0.05}).end, FitResult::End::completed);
}

TEST_F(ScriptModel, WeightsAreSavedAndLoaded) {
  auto trained = learner();
  trained.fit({.epochs = 1, .lr = 0.05});
  const auto file = temporary_.path() / "w.safetensors";
  save_tensors(file, {.tensors = named_tensors(*trained.model().module)});
  const auto again = net();
  load_weights(*again.module, load_tensors(file).tensors);
  trained.model().module->eval();
  again.module->eval();
  const auto x = torch::randn({5, 6});
  EXPECT_TRUE(torch::equal(again.forward(x), trained.model().forward(x)));
}

TEST_F(ScriptModel, IsMadeAgainFromItsConfiguration) {
  const ModelRequest request{.input_shape = {6}, .outputs = 3, .options = {{"groups", "head="}}};
  const auto model = make_model(cat("script:", path_.string()), request);
  EXPECT_EQ(model.config.at("sha256"), sha256(read_file(path_)));
  EXPECT_EQ(make_model(model.config).groups, model.groups);
  auto other = model.config;
  other["sha256"] = "00";
  EXPECT_THAT(message_of(ErrorKind::checkpoint, [&] { make_model(other); }),
              testing::HasSubstr("net.pt: expected the file of SHA-256 00, got "));
}

/// A folder of a run that was moved, whose module's own file is gone.
TEST_F(ScriptModel, PredictsFromAFolderThatHasItsOwnCopy) {
  const TempFolder elsewhere;
  const auto folder = temporary_.path() / "run";
  std::filesystem::create_directory(folder);
  const TrainedModel trained = trained_net();
  const NamedTensors weights = named_tensors(*trained.model.module);
  save_trained_model(folder / "last.safetensors", trained, weights);
  save_trained_model(folder / "model.safetensors", trained, weights);
  EXPECT_EQ(read_file(folder / cat("script-", sha256(read_file(path_)).substr(0, 12), ".pt")),
            read_file(path_));
  std::filesystem::remove(path_);
  std::filesystem::rename(folder, elsewhere.path() / "moved");
  const auto moved = elsewhere.path() / "moved" / "model.safetensors";
  trained.model.module->eval();
  const auto x = torch::randn({5, 6});
  EXPECT_TRUE(torch::equal(predict(load_trained_model(moved), x), predict(trained, x)));
  EXPECT_EQ(recognise_model(open_weights(moved))->groups, trained.model.groups);
}

TEST_F(ScriptModel, LosesNoWeightsWhenItsFileChangedMeanwhile) {
  const auto weights = temporary_.path() / "model.safetensors";
  const TrainedModel trained = trained_net();
  const auto before = read_file(path_);
  write_file(path_, "changed");
  save_trained_model(weights, trained, named_tensors(*trained.model.module));
  EXPECT_THAT(message_of(ErrorKind::checkpoint, [&] { load_trained_model(weights); }),
              testing::HasSubstr("net.pt: expected a TorchScript module"));
  write_file(path_, before);
  EXPECT_NO_THROW(load_trained_model(weights));
}

TEST_F(ScriptModel, GetsNewStatisticsForItsBatchNorms) {
  const Model model = net();
  Loader loader = toy::train_loader();
  model.module->named_buffers()["norm.running_mean"].fill_(9.0);
  EXPECT_EQ(update_batch_norm(model, loader, torch::kCPU), 1);
  loader.start_epoch(0);
  torch::Tensor mean = torch::zeros({12});
  torch::Tensor variance = torch::zeros({12});
  double batches = 0.0;
  while (const auto batch = loader.next()) {
    const auto x = torch::linear(batch->inputs, model.module->named_parameters()["body"]);
    mean += x.mean(0);
    variance += x.var(0);
    ++batches;
  }
  const auto buffers = model.module->named_buffers();
  EXPECT_TRUE(torch::allclose(buffers["norm.running_mean"], mean / batches, 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(buffers["norm.running_var"], variance / batches, 1e-5, 1e-6));
}

TEST_F(ScriptModel, IsTriedOnTheShapeOfTheData) {
  const auto made = [&](std::int64_t inputs, std::int64_t outputs) {
    return message_of(ErrorKind::usage, [&] {
      make_model(cat("script:", path_.string()), {.input_shape = {inputs}, .outputs = outputs});
    });
  };
  EXPECT_THAT(made(6, 4), testing::HasSubstr("net.pt: expected a module with 2 x 4 outputs for 2 "
                                             "examples of 6, got 2 x 3; make it for this data"));
  EXPECT_THAT(made(5, 3), testing::HasSubstr("net.pt: expected a module that takes 2 x 5, got a "
                                             "failure: "));
}

TEST_F(ScriptModel, RefusesOtherFiles) {
  const auto refused = [&](std::string_view bytes) {
    write_file(path_, bytes);
    return message_of(ErrorKind::checkpoint, [&] { script_model(path_); });
  };
  const auto whole = read_file(path_);
  EXPECT_THAT(
      refused("text"),
      testing::HasSubstr("net.pt: expected a TorchScript module, got another file; make one "
                         "in Python: torch.jit.script(model).save('model.pt')"));
  EXPECT_THAT(refused("\x80\x02."), testing::HasSubstr("got a pickle, as torch.save wrote before"));
  EXPECT_THAT(refused(whole.substr(0, whole.size() / 2)),
              testing::HasSubstr("the file is cut short or not a zip archive"));
  for (const auto& entry : read_zip_entries(whole, "net.pt")) {
    auto damaged = whole;
    damaged[entry.begin] ^= 1;  // LibTorch itself reads many of these, whatever is in them
    EXPECT_THAT(refused(damaged),
                testing::HasSubstr(cat("net.pt: entry ", entry.name, ": expected ")));
  }
  EXPECT_THAT(
      refused(zip_of({{"n/data.pkl", "."}, {"n/constants.pkl", "."}, {"n/version", "3\n"}})),
      testing::HasSubstr("expected a TorchScript module, got one that cannot be read: "));
  torch::jit::Module("__torch__.Empty").save(path_.string());
  EXPECT_THAT(message_of(ErrorKind::checkpoint, [&] { script_model(path_); }),
              testing::HasSubstr("expected a module with parameters, got one without"));
}

TEST(ParseGroups, ReadsNamesAndPrefixes) {
  EXPECT_EQ(parse_groups("body=conv, bn;head=fc"),
            (GroupPrefixes{{"body", {"conv", "bn"}}, {"head", {"fc"}}}));
  EXPECT_EQ(parse_groups("body=;head=fc"), (GroupPrefixes{{"body", {""}}, {"head", {"fc"}}}));
  EXPECT_EQ(message_of(ErrorKind::usage, [] { parse_groups("body"); }),
            "layer groups: expected names and prefixes such as body=conv,bn;head=fc, got 'body'");
}

}  // namespace
}  // namespace onecycle
