// Warm restarts: the rate falls along a curve, leaps back to the top, falls again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// The curve of one cycle from 1 to 0, q being the part of it that lies behind.
enum class RestartShape {
  cosine,      ///< (1 + cos(pi q^k)) / 2
  polynomial,  ///< (1 - q^k)^power (timm, PolyLRScheduler)
  tanh         ///< (1 - tanh(lb (1 - q) + ub q)) / 2 (timm, TanhLRScheduler)
};
constexpr std::array<std::string_view, 3> names_of(RestartShape) {
  return {"cosine", "polynomial", "tanh"};
}

/// SGDR. Cycle i lasts cycle_len * cycle_mult^i iterations, begins at decay^i (a factor of the
/// peak) and falls to `end`, which its last update does not quite reach; from cycle `limit` on the
/// rate is `end`. Source: Loshchilov & Hutter, arXiv 1608.03983; PyTorch,
/// CosineAnnealingWarmRestarts; fastai, fit_sgdr; timm, CosineLRScheduler and its kin.
///
/// Where peers fail, this does not: `cycle_mult = 1` works and restarts come on time (fastai v2
/// divides by zero, and is one batch late where its float32 edges are), and after the end of the
/// run stands the low of the last cycle, not a restart (PyTorch).
struct Sgdr {
  std::int64_t cycles = 3;  ///< that fill the run, each of whole iterations; see `cycle_len`
  std::optional<Length> cycle_len = {};  ///< of the first cycle; then `cycles` is not used
  double cycle_mult = 2.0;
  double end = 0.0;
  double decay = 1.0;
  std::optional<std::int64_t> limit = {};
  RestartShape shape = RestartShape::cosine;
  double k = 1.0;
  double power = 0.5;
  double lb = -7.0;
  double ub = 3.0;

  static constexpr std::string_view name = "sgdr";
  static constexpr std::string_view summary =
      "warm restarts: falls along a cosine, leaps back, falls again, each time longer";
  static constexpr std::string_view source =
      "Loshchilov & Hutter, arXiv 1608.03983; PyTorch, CosineAnnealingWarmRestarts; fastai, "
      "fit_sgdr; timm, CosineLRScheduler, PolyLRScheduler, TanhLRScheduler";
  static constexpr auto fields();

  /// The cycles must not outgrow all numbers.
  void check() const;
  [[nodiscard]] Values at(Position position) const;
  [[nodiscard]] Iterations cycle_ends(std::int64_t total) const;
  [[nodiscard]] Iterations jumps(std::int64_t total) const;

 private:
  struct Cycle;
  [[nodiscard]] double first_length(std::int64_t total) const;
  [[nodiscard]] double start_of(double index, std::int64_t total) const;
  [[nodiscard]] Cycle unrounded_cycle_at(double t, double first) const;
  [[nodiscard]] Cycle cycle_at(Position position) const;
};

constexpr auto Sgdr::fields() {
  using P = Sgdr;
  return std::tuple{
      field("cycles", &P::cycles, "count", "that fill the run, if cycle_len is not given", kCount),
      field("cycle_len", &P::cycle_len, "length", "of the first cycle", kSomeLength,
            "as cycles say"),
      field("cycle_mult", &P::cycle_mult, "factor", "each cycle is that much longer", kAtLeastOne),
      field("end", &P::end, "factor", "of the peak rate, at the end of a cycle", kNotNegative),
      field("decay", &P::decay, "factor", "each cycle begins that much lower", kPositive),
      field("limit", &P::limit, "count", "cycles; then the rate is that of the end", kCount,
            "none"),
      field("shape", &P::shape, "choice", "the curve of a cycle"),
      field("k", &P::k, "exponent", "of the position in a cycle: above 1 it falls later",
            kPositive),
      field("power", &P::power, "exponent", "of the polynomial", kPositive),
      field("lb", &P::lb, "number", "tanh: where the curve begins"),
      field("ub", &P::ub, "number", "tanh: where the curve ends")};
}

}  // namespace onecycle
