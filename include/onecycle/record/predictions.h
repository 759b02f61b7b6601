// How a classifier answers on the validation set, as plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace onecycle {

/// A small picture for people.
struct Picture {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::vector<std::uint8_t> rgb = {};  ///< three bytes a pixel, row by row from the top
};

/// An example that was taken for another class.
struct Mistake {
  std::int64_t example = 0;             ///< its place in the data set, from 0
  std::int64_t target = 0;              ///< its class, by index
  std::int64_t predicted = 0;           ///< the class with the highest output
  double probability = 0.0;             ///< of `predicted`, as the model sees it
  double target_probability = 0.0;      ///< of `target`
  std::optional<Picture> picture = {};  ///< of inputs that are images
};

struct PredictionsRecord {
  std::string weights;               ///< whose answers these are: `last`, `best`, ...
  std::vector<std::string> classes;  ///< names, by index
  /// `classes.size()` squared counts: at target * classes + predicted.
  std::vector<std::int64_t> confusion;
  std::vector<Mistake> worst;  ///< by the probability of the target, the lowest first

  [[nodiscard]] std::int64_t count(std::size_t target, std::size_t predicted) const {
    return confusion[target * classes.size() + predicted];
  }
};

}  // namespace onecycle
