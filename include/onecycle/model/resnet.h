// Residual networks: torchvision's for photographs, the paper's and ResNet-9 for small images.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "onecycle/model/image_head.h"
#include "onecycle/model/model.h"
#include "onecycle/schedule/field.h"

namespace onecycle {

// All of them take N x channels x height x width of any size and return N x outputs (no softmax).
// They have the groups `stem`, `body` and `head`. Convolutions run channels-last and start as He et
// al. (1502.01852) propose: normal, with variance 2 / (outputs x kernel area), from torch's default
// generator. The functions throw a usage error for sizes and options out of range; `forward` throws
// one for images with another number of channels.

/// How a network takes in its images.
enum class Stem {
  photo,  ///< a 7x7 convolution with stride 2, then max-pooling: from about 64 pixels
  small   ///< a 3x3 convolution: for images of 32 pixels, 16 times the work on larger ones
};
constexpr std::array<std::string_view, 2> names_of(Stem) { return {"photo", "small"}; }

struct ResNetOptions {
  std::int64_t depth = 18;  ///< 18, 34 or 50
  std::int64_t channels = 3;
  std::int64_t outputs = 1000;
  Head head = Head::plain;
  Stem stem = Stem::photo;
  bool zero_gamma = false;  ///< each block starts as the identity (Goyal et al. 1706.02677, 5.1)

  static constexpr std::string_view name = "resnet";
  static constexpr auto fields();
};

/// He et al. 1512.03385 as torchvision has it: the same names of parameters and buffers (`conv1`,
/// `bn1`, `layer1.0.conv1`, `layer2.0.downsample.0`, `fc`), the stride of a bottleneck in its 3x3
/// convolution. Groups as fastai splits it: `stem` (up to `layer2`), `body` (`layer3`, `layer4`).
Model resnet(const ResNetOptions& options);

struct CifarResNetOptions {
  std::int64_t depth = 20;  ///< 6n + 2: 20, 32, 44, 56, 110
  std::int64_t channels = 3;
  std::int64_t outputs = 10;
  Head head = Head::plain;
  bool zero_gamma = false;

  static constexpr std::string_view name = "cifar resnet";
  static constexpr auto fields();
};

/// He et al. 1512.03385, section 4.2: 16, 32 and 64 features, shortcuts without parameters (option
/// A: every other pixel, zeros for the features that are new, half of them on either side). Names
/// as above, up to `layer3`. Groups: `stem` (up to `layer1`), `body` (`layer2`, `layer3`).
Model cifar_resnet(const CifarResNetOptions& options);

struct ResNet9Options {
  std::int64_t channels = 3;
  std::int64_t outputs = 10;
  Head head = Head::plain;

  static constexpr std::string_view name = "resnet9";
  static constexpr auto fields();
};

/// David Page's network of DAWNBench (2018): 64, 128, 256, 512 features, two residual branches,
/// three poolings; images of 8 pixels at least. Its plain head takes the maximum of each map, a
/// linear layer without bias, an eighth of that. Groups: `stem` (`prep`, `layer1`), `body`
/// (`layer2`, `layer3`). A branch ends with a ReLU: started at zero it would stay there, so there
/// is no `zero_gamma`.
Model resnet9(const ResNet9Options& options);

struct WideResNetOptions {
  std::int64_t depth = 16;  ///< 6n + 4: 10, 16, 22, 28, 40
  std::int64_t width = 8;   ///< features are 16, 32 and 64 times this
  std::int64_t channels = 3;
  std::int64_t outputs = 10;
  Head head = Head::plain;
  double dropout = 0.0;  ///< within each block, [0, 1)

  static constexpr std::string_view name = "wrn";
  static constexpr auto fields();
};

/// Zagoruyko & Komodakis, 1605.07146: norm and ReLU come before each convolution. Names: `conv1`,
/// `layer1.0.bn1`, `layer1.0.conv1`, `layer1.0.downsample`, `bn1`, `fc`. Groups: `stem` (up to
/// `layer1`), `body` (`layer2`, `layer3`, `bn1`).
Model wide_resnet(const WideResNetOptions& options);

namespace detail {
template <class P>
constexpr Field<P, Head> head_field() {
  return {"head", &P::head, "choice", "what comes after the last map of features"};
}
template <class P>
constexpr Field<P, bool> zero_gamma_field() {
  return {"zero_gamma", &P::zero_gamma, "yes/no", "whether each block starts as the identity"};
}
}  // namespace detail

constexpr auto ResNetOptions::fields() {
  using P = ResNetOptions;
  return std::tuple{detail::head_field<P>(),
                    Field<P, Stem>{"stem", &P::stem, "choice", "for which size of images"},
                    detail::zero_gamma_field<P>()};
}

constexpr auto CifarResNetOptions::fields() {
  using P = CifarResNetOptions;
  return std::tuple{detail::head_field<P>(), detail::zero_gamma_field<P>()};
}

constexpr auto ResNet9Options::fields() { return std::tuple{detail::head_field<ResNet9Options>()}; }

constexpr auto WideResNetOptions::fields() {
  using P = WideResNetOptions;
  return std::tuple{
      detail::head_field<P>(),
      Field<P, double>{"dropout", &P::dropout, "fraction",
                       "of the values within a block that training drops", kMomentum}};
}

}  // namespace onecycle
