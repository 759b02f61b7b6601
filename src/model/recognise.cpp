#include "onecycle/model/recognise.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "model/saved_config.h"
#include "onecycle/core/error.h"
#include "onecycle/model/catalogue.h"
#include "onecycle/model/pretrained.h"

namespace onecycle {
namespace {

constexpr std::int64_t kPhotoSize = 224;
constexpr std::int64_t kSmallSize = 32;
constexpr std::int64_t kUnknownOutputs = 1000;
constexpr std::int64_t kWideStem = 16;  // features of the stem of a wide network, before its width

/// Looks tensors up whatever wrappers stand before their names.
class Tensors {
 public:
  explicit Tensors(const NamedTensors& tensors) : tensors_(tensors) {}

  /// The sizes of the first tensor called `name`, or something and `name`; none: empty.
  [[nodiscard]] std::vector<std::int64_t> sizes(std::string_view name) const {
    const auto found = std::find_if(tensors_.begin(), tensors_.end(), [&](const auto& item) {
      const std::string_view own = item.first;
      return own.ends_with(name) &&
             (own.size() == name.size() || own[own.size() - name.size() - 1] == '.');
    });
    return found == tensors_.end() ? std::vector<std::int64_t>{} : found->second.sizes().vec();
  }
  [[nodiscard]] bool has(std::string_view name) const { return !sizes(name).empty(); }

  [[nodiscard]] std::int64_t blocks(int stage) const {
    std::int64_t count = 0;
    while (has(cat("layer", stage, ".", count, ".conv1.weight"))) {
      ++count;
    }
    return count;
  }

 private:
  const NamedTensors& tensors_;
};

/// What the numbers of blocks say; empty if no network has so many.
std::string network_of(const Tensors& tensors) {
  if (tensors.has("prep.conv.weight")) {
    return "resnet9";
  }
  const std::array<std::int64_t, 4> blocks = {tensors.blocks(1), tensors.blocks(2),
                                              tensors.blocks(3), tensors.blocks(4)};
  if (blocks == std::array<std::int64_t, 4>{2, 2, 2, 2}) {
    return "resnet18";
  }
  if (blocks == std::array<std::int64_t, 4>{3, 4, 6, 3}) {
    return tensors.has("layer1.0.conv3.weight") ? "resnet50" : "resnet34";
  }
  const auto each = blocks[0];
  if (each == 0 || blocks != std::array<std::int64_t, 4>{each, each, each, 0}) {
    return "";
  }
  if (tensors.has("layer2.0.downsample.weight")) {
    return cat("wrn-", 6 * each + 4, "-",
               tensors.sizes("layer1.0.conv1.weight").front() / kWideStem);
  }
  return cat("resnet", 6 * each + 2);
}

ModelRequest request_of(const Tensors& tensors, bool small) {
  const auto stem =
      tensors.sizes(tensors.has("prep.conv.weight") ? "prep.conv.weight" : "conv1.weight");
  const bool photo = stem.size() == 4 && stem[2] > 3;
  const auto size = photo ? kPhotoSize : kSmallSize;
  ModelRequest request{.input_shape = {stem.size() == 4 ? stem[1] : 3, size, size},
                       .outputs = kUnknownOutputs};
  if (const auto output = tensors.sizes("fc.weight"); !output.empty()) {
    request.outputs = output.front();
  } else if (const auto last = tensors.sizes("head.8.weight"); !last.empty()) {
    request.outputs = last.front();
    request.options["head"] = "fastai";
  }
  if (!photo && !small) {
    request.options["stem"] = "small";
  }
  return request;
}

bool is_known(const std::string& name) {
  const auto names = model_names();
  return std::find(names.begin(), names.end(), name) != names.end() || name.starts_with("wrn-");
}

}  // namespace

std::optional<Model> recognise_model(const WeightsFile& file) {
  if (const auto config = config_in(file.metadata, file.path); !config.empty()) {
    return make_model(config);
  }
  const Tensors tensors(file.tensors);
  const auto name = network_of(tensors);
  if (!is_known(name)) {
    return std::nullopt;
  }
  const bool photographs = name == "resnet18" || name == "resnet34" || name == "resnet50";
  try {
    auto model = make_model(name, request_of(tensors, !photographs));
    const bool fits = match_pretrained(model, file.tensors).complete();
    return fits ? std::optional(std::move(model)) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // sizes that no network has
  }
}

}  // namespace onecycle
