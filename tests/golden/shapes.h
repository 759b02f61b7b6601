// Names of curves as the golden files write them.
#pragma once

#include <map>

#include "golden.h"
#include "onecycle/schedule/curve.h"

namespace onecycle::golden {

/// fastai's names; `poly` is v2's power of what is done unless `down`.
inline Shape shape_of(const std::string& name, bool down = false) {
  static const std::map<std::string, Shape> kShapes = {
      {"no", Shape::constant}, {"lin", Shape::linear},      {"linear", Shape::linear},
      {"cos", Shape::cosine},  {"exp", Shape::exponential}, {"poly", Shape::polynomial}};
  const Shape shape = kShapes.at(name);
  return down && shape == Shape::polynomial ? Shape::polynomial_down : shape;
}

}  // namespace onecycle::golden
