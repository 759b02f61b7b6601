// What may be done to training images at random, with its options: plain data.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/field.h"

namespace onecycle {

/// What is outside of an image.
enum class Border {
  reflect,  ///< the image in a mirror at its edge pixels, which do not come twice
  black     ///< pixels of value 0
};
constexpr std::array<std::string_view, 2> names_of(Border) { return {"reflect", "black"}; }

/// A border of `pad` pixels on each side, then a piece as large as the image was, each equally
/// likely. As torchvision's RandomCrop(size, padding=pad).
struct RandomCrop {
  std::int64_t pad = 4;
  Border border = Border::reflect;

  bool operator==(const RandomCrop&) const = default;

  static constexpr std::string_view name = "crop";
  static constexpr std::string_view summary = "moved by up to some pixels";
  static constexpr std::string_view source = "He et al., 1512.03385; torchvision, RandomCrop";
  static constexpr auto fields() {
    using P = RandomCrop;
    return std::tuple{
        Field<P, std::int64_t>{"pad", &P::pad, "pixels", "how far an image may move",
                               Range{.low = 1.0, .high = 4096.0}},
        Field<P, Border>{"border", &P::border, "choice", "what comes in from outside"}};
  }
};

/// A piece of random area (`scale` .. 1 of the image's) and shape (1 / `ratio` .. `ratio` wide for
/// its height, uniform in the logarithm), stretched to the image's size with antialiasing. As
/// torchvision's RandomResizedCrop: ten tries to place one, then the largest in the middle.
struct RandomResizedCrop {
  double scale = 0.08;
  double ratio = 4.0 / 3.0;

  bool operator==(const RandomResizedCrop&) const = default;

  static constexpr std::string_view name = "resized_crop";
  static constexpr std::string_view summary = "a piece of the image, stretched to its size";
  static constexpr std::string_view source =
      "Szegedy et al., 1409.4842; torchvision, RandomResizedCrop";
  static constexpr auto fields() {
    using P = RandomResizedCrop;
    return std::tuple{
        Field<P, double>{"scale", &P::scale, "fraction", "the least part of the image's area",
                         Range{.low = 0.0, .high = 1.0, .low_open = true}},
        Field<P, double>{"ratio", &P::ratio, "factor", "the widest for its height, and inversely",
                         Range{.low = 1.0, .high = 10.0}}};
  }
};

/// Left and right exchanged in a part `p` of the images.
struct RandomFlip {
  double p = 0.5;

  bool operator==(const RandomFlip&) const = default;

  static constexpr std::string_view name = "flip";
  static constexpr std::string_view summary = "left and right exchanged";
  static constexpr std::string_view source = "torchvision, RandomHorizontalFlip";
  static constexpr auto fields() {
    using P = RandomFlip;
    return std::tuple{Field<P, double>{"p", &P::p, "fraction", "of the images", kFraction}};
  }
};

/// Lighter or darker: a pixel value x, from 0 to 1, becomes sigmoid(logit(x) + logit(b)), with b
/// uniform in 0.5 (1 - `most`) .. 0.5 (1 + `most`), so that nothing leaves 0 .. 1.
struct RandomBrightness {
  double most = 0.2;

  bool operator==(const RandomBrightness&) const = default;

  static constexpr std::string_view name = "brightness";
  static constexpr std::string_view summary = "lighter or darker";
  static constexpr std::string_view source = "fastai v2, Brightness";
  static constexpr auto fields() {
    using P = RandomBrightness;
    return std::tuple{
        Field<P, double>{"most", &P::most, "fraction", "how much at most", kMomentum}};
  }
};

/// More or less contrast: x becomes sigmoid(c logit(x)), with c from 1 - `most` to its inverse,
/// uniform in the logarithm.
struct RandomContrast {
  double most = 0.2;

  bool operator==(const RandomContrast&) const = default;

  static constexpr std::string_view name = "contrast";
  static constexpr std::string_view summary = "more or less contrast";
  static constexpr std::string_view source = "fastai v2, Contrast";
  static constexpr auto fields() {
    using P = RandomContrast;
    return std::tuple{
        Field<P, double>{"most", &P::most, "fraction", "how much at most", kMomentum}};
  }
};

/// A square of `side` pixels around a random pixel set to 0, which is the mean after
/// normalisation; what is outside of the image falls away.
struct Cutout {
  std::int64_t side = 8;

  bool operator==(const Cutout&) const = default;

  static constexpr std::string_view name = "cutout";
  static constexpr std::string_view summary = "a square set to the mean";
  static constexpr std::string_view source = "DeVries & Taylor, 1708.04552";
  static constexpr auto fields() {
    using P = Cutout;
    return std::tuple{Field<P, std::int64_t>{"side", &P::side, "pixels", "of the square",
                                             Range{.low = 1.0, .high = 4096.0}}};
  }
};

/// Each image x becomes l x + (1 - l) of another one of the batch, and so does its target, as a
/// vector of probabilities; l = max(b, 1 - b) with b from Beta(`alpha`, `alpha`), one for each
/// image.
struct Mixup {
  double alpha = 0.4;

  bool operator==(const Mixup&) const = default;

  static constexpr std::string_view name = "mixup";
  static constexpr std::string_view summary = "images and targets mixed in pairs";
  static constexpr std::string_view source = "Zhang et al., 1710.09412; fastai v2, MixUp";
  static constexpr auto fields() {
    using P = Mixup;
    return std::tuple{Field<P, double>{"alpha", &P::alpha, "factor",
                                       "of the beta distribution; the larger, the more mixing",
                                       Range{.low = 0.0, .high = 2.0, .low_open = true}}};
  }
};

}  // namespace onecycle
