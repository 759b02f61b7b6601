// Curves that go wrong, each in its own way, for the tests of suggestion rules.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "finder/curves.h"

namespace onecycle {

struct BadCurve {
  std::string name;  // of letters: it names a test
  Curve curve;
};

inline Curve u_shaped(std::size_t count = 100) { return curve(count, u_shape); }

/// `base` with `value` as the losses from `first` to before `last`.
inline Curve with(Curve base, double value, std::size_t first, std::size_t last) {
  std::fill(base.loss.begin() + static_cast<std::ptrdiff_t>(first),
            base.loss.begin() + static_cast<std::ptrdiff_t>(last), value);
  return base;
}

/// `base` with its rates, from 1e-7 to 10, spread from `low` to `high`.
inline Curve over(Curve base, double low, double high) {
  for (double& lr : base.lr) {
    lr = std::exp(std::log(low) + std::log(lr / 1e-7) / std::log(1e8) * std::log(high) -
                  std::log(lr / 1e-7) / std::log(1e8) * std::log(low));
  }
  return base;
}

inline std::vector<BadCurve> curves_of_bad_losses() {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const double huge = std::numeric_limits<double>::max();
  std::mt19937_64 random(21);
  std::normal_distribution<double> noise;
  return {
      {"Healthy", u_shaped()},
      {"Flat", curve(100, [](double) { return 1.5; })},
      {"AllZero", curve(100, [](double) { return 0.0; })},
      {"FlatButForRounding", curve(100, [](double k) { return 1.5 + 1e-15 * std::sin(k); })},
      {"Noise", curve(100, [&](double) { return noise(random); })},
      {"NoisyFall", curve(100, [&](double k) { return u_shape(k) + 0.5 * noise(random); })},
      {"Ties", curve(100, [&](double) { return static_cast<double>(random() % 3); })},
      {"Falling", curve(100, [](double k) { return 2.0 - 0.01 * k; })},
      {"Rising", curve(100, [](double k) { return 1.0 + 0.01 * k; })},
      {"NanFirst", with(u_shaped(), kNan, 0, 1)},
      {"NanAtTheThird", with(u_shaped(), kNan, 2, 3)},
      {"NanInTheMiddle", with(u_shaped(), kNan, 50, 51)},
      {"NanFromTheMiddle", with(u_shaped(), kNan, 50, 100)},
      {"NanLast", with(u_shaped(), kNan, 99, 100)},
      {"NanEverywhere", with(u_shaped(), kNan, 0, 100)},
      {"NanButForOne", with(with(u_shaped(), kNan, 0, 40), kNan, 41, 100)},
      {"ConstantThenNan", with(curve(100, [](double) { return 1.5; }), kNan, 60, 100)},
      {"InfiniteFirst", with(u_shaped(), HUGE_VAL, 0, 1)},
      {"InfiniteEverywhere", with(u_shaped(), HUGE_VAL, 0, 100)},
      {"InfiniteTail", with(u_shaped(), HUGE_VAL, 90, 100)},
      {"MinusInfinity", with(u_shaped(), -HUGE_VAL, 70, 71)},
      {"Negative", curve(100, [](double k) { return u_shape(k) - 100.0; })},
      {"ZeroCrossing", curve(100, [](double k) { return u_shape(k) - 1.5; })},
      {"BlowUpByTwelveOrders", with(u_shaped(), 1e12, 95, 100)},
      {"LargestNumbers", curve(100, [&](double k) { return k < 50.0 ? huge : -huge; })},
      {"SmallestNumbers", curve(100, [](double k) { return 5e-324 * std::floor(100.0 - k); })},
  };
}

inline std::vector<BadCurve> curves_of_bad_rates() {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  Curve unsorted = u_shaped();
  std::shuffle(unsorted.lr.begin(), unsorted.lr.end(), std::mt19937_64(22));
  Curve falling = u_shaped();
  std::reverse(falling.lr.begin(), falling.lr.end());
  Curve doubled = u_shaped();
  for (std::size_t k = 1; k < 100; k += 2) {
    doubled.lr[k] = doubled.lr[k - 1];
  }
  Curve one_rate = u_shaped();
  std::fill(one_rate.lr.begin(), one_rate.lr.end(), 1e-3);
  Curve from_zero = u_shaped();
  from_zero.lr.front() = 0.0;
  Curve with_nan = u_shaped();
  with_nan.lr[70] = kNan;
  std::vector<BadCurve> all = {
      {"Unsorted", unsorted},
      {"FallingRates", falling},
      {"DuplicateRates", doubled},
      {"OneRate", one_rate},
      {"FirstRateZero", from_zero},
      {"RateIsNan", with_nan},
      {"RatesOverSixHundredOrders", over(u_shaped(), 1e-300, 1e300)},
      {"HugeRates", over(u_shaped(), 1e290, 1e300)},
      {"TinyRates", over(u_shaped(), 1e-300, 1e-290)},
      {"TwoFarRates", {.lr = {1e-300, 1e300}, .loss = {2.0, 1.0}}},
  };
  for (const std::size_t count : {0U, 1U, 2U, 3U, 6U, 15U, 16U, 17U, 30U}) {
    all.push_back({"OfLength" + std::to_string(count), u_shaped(count)});
    all.push_back({"FallingOfLength" + std::to_string(count),
                   curve(count, [](double k) { return 2.0 - 0.01 * k; })});
  }
  return all;
}

}  // namespace onecycle
