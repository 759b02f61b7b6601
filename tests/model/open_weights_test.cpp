#include "onecycle/model/open_weights.h"

#include <gtest/gtest.h>

#include "model/expect_error.h"
#include "model/pickles.h"
#include "onecycle/core/files.h"
#include "onecycle/data/safetensors.h"
#include "onecycle/model/mlp.h"
#include "onecycle/model/recognise.h"
#include "onecycle/model/resnet.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

class OpenWeights : public testing::Test {
 protected:
  std::filesystem::path written(std::string_view bytes) const {
    write_file(path_, bytes);
    return path_;
  }
  void expect_refused(std::string_view bytes, std::string_view part) const {
    expect_error([&] { open_weights(written(bytes)); }, ErrorKind::checkpoint, part);
  }

  const TempFolder temporary_;
  const std::filesystem::path path_ = temporary_.path() / "w.pt";
};

TEST_F(OpenWeights, ContentSaysWhatAFileIs) {
  save_tensors(path_, {.tensors = {{"w", torch::ones({2})}}, .metadata = {{"a", "b"}}});
  const auto own = open_weights(path_);
  EXPECT_EQ(own.format, "safetensors");
  EXPECT_EQ(own.metadata.at("a"), "b");
  const auto theirs =
      open_weights(written(torch_archive(pickle_of({{"w", PickledMatrix{}.code()}}))));
  EXPECT_EQ(theirs.format, "torch.save");
  ASSERT_EQ(theirs.tensors.size(), 1U);
  EXPECT_EQ(theirs.tensors[0].second.sizes(), (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(theirs.tensors[0].second.sum().item<double>(), 1.0);
}

TEST_F(OpenWeights, SaysHowToConvertWhatItDoesNotRead) {
  const auto command =
      cat("; convert it, if you trust it: python -c \"import torch, safetensors.torch as s; d = "
          "torch.load('",
          path_.string(), "', map_location='cpu', weights_only=True); ");
  expect_refused(torch_archive("\x80\x02"
                               "cmine\nNet\n)R."),
                 cat(path_.string(),
                     ": data.pkl:12: expected weights only, got a reference to "
                     "'mine Net'",
                     command));
  expect_refused("\x80\x02\x8a\x0al\xfc\x9c\x46\xf9",
                 cat(path_.string(),
                     ": expected safetensors or a file of torch.save, got a "
                     "pickle, as torch.save wrote before PyTorch 1.6",
                     command));
}

TEST_F(OpenWeights, RefusesOtherFiles) {
  expect_refused("", "expected safetensors or a file of torch.save, got another file");
  expect_refused("\x89HDF\r\n", "got another file; check the path");
  expect_refused(zip_of({{"arr_0.npy", "x"}}), "got another file; check the path");
  expect_refused(zip_of({{"n/data.pkl", "."}, {"n/constants.pkl", "."}}),
                 "expected weights, got a TorchScript module; train it with --model script:");
  expect_refused(zip_of({{"n/data.pkl", pickle_of({{"w", PickledMatrix{}.code()}})}}),
                 "tensor 'w': expected its bytes in the file, got none; the file is damaged");
  expect_refused(
      zip_of({{"n/data.pkl", pickle_of({{"w", PickledMatrix{}.code()}})}, {"n/data/0", "short"}}),
      "tensor 'w': expected 6 elements of 4 bytes, got 5 bytes; the file is damaged");
  const auto pickle = pickle_of({{"w", PickledMatrix{}.code()}});
  const auto size = pickle.size();
  auto packed = torch_archive("\x01" + little(size, 2) + little(~size, 2) + pickle);
  packed.replace(packed.find("PK\x01\x02") + 10, 2, little(8, 2));
  packed.replace(packed.find("PK\x01\x02") + 24, 4, little(size, 4));
  expect_refused(packed, "expected the entry data.pkl stored as it is, as torch.save does");
  packed[packed.find("PK\x01\x02") + 27] = 0x40;
  expect_refused(packed, "expected at most 268435456 bytes of packed entries, got more");
  expect_error([&] { open_weights(temporary_.path() / "none.pt"); }, ErrorKind::checkpoint,
               "none.pt: expected a readable file, got: No such file");
}

TEST_F(OpenWeights, ADamagedArchiveIsToBeCopiedAgainNotConverted) {
  auto damaged = torch_archive(pickle_of({{"w", PickledMatrix{}.code()}}));
  damaged.replace(damaged.find("PK\x01\x02") + 16, 4, little(1, 4));  // the checksum
  EXPECT_TRUE(
      message_of(ErrorKind::checkpoint, [&] { open_weights(written(damaged)); })
          .ends_with(
              "w.pt: entry net/data.pkl: expected the bytes that its CRC-32 was made of, got "
              "others; the file is damaged: copy it again"));
}

TEST(RecogniseModel, KnowsNetworksByNamesAndShapes) {
  for (const auto& model :
       {resnet({.depth = 18, .channels = 1, .outputs = 3}),
        resnet({.depth = 34, .outputs = 3, .head = Head::fastai, .stem = Stem::small}),
        cifar_resnet({.depth = 32}), resnet9({.channels = 2, .outputs = 5}),
        wide_resnet({.depth = 16, .width = 2}), wide_resnet({.depth = 10, .width = 1})}) {
    NamedTensors tensors;
    for (const auto& [name, tensor] : named_tensors(*model.module)) {
      tensors.emplace_back("module." + name, tensor);
    }
    const auto known = recognise_model({.format = "safetensors", .tensors = tensors});
    ASSERT_TRUE(known) << model.name;
    auto config = known->config;
    config.erase("input_shape");
    EXPECT_EQ(config, model.config);
  }
}

TEST(RecogniseModel, KnowsOwnFilesByTheirConfiguration) {
  const auto model = mlp({.inputs = 3, .outputs = 2, .hidden = {4}});
  WeightsFile file{.format = "safetensors", .tensors = named_tensors(*model.module)};
  EXPECT_FALSE(recognise_model(file));
  for (const auto& [key, value] : model.config) {
    file.metadata["model." + key] = value;
  }
  EXPECT_EQ(recognise_model(file)->config, model.config);
}

TEST(RecogniseModel, KnowsNoOthers) {
  auto tensors = named_tensors(*cifar_resnet({}).module);
  tensors.emplace_back("extra.weight", torch::zeros({3}));
  EXPECT_FALSE(recognise_model({.format = "torch.save", .tensors = tensors}));
  EXPECT_FALSE(recognise_model({.format = "torch.save", .tensors = {}}));
}

}  // namespace
}  // namespace onecycle
