#include "onecycle/schedule/rates.h"

#include <cmath>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {
constexpr std::string_view kForms =
    "a rate X > 0, LO:HI, :HI (earlier groups a tenth), a list A,B,C or multipliers X*A,B,C";

bool is_rate(double x) { return std::isfinite(x) && x > 0.0; }
}  // namespace

Rates::Rates(Kind kind, std::vector<double> rates) : kind_(kind), rates_(std::move(rates)) {
  require(!rates_.empty(), ErrorKind::usage, "learning rate: expected at least one, got none");
  for (const double rate : rates_) {
    require(is_rate(rate), ErrorKind::usage, "learning rate: expected a finite number > 0, got ",
            rate);
  }
}

Rates::Rates(double rate) : Rates(Kind::same, {rate}) {}

Rates Rates::range(double low, double high) {
  Rates rates(Kind::range, {low, high});
  require(low <= high, ErrorKind::usage,
          "learning rates: expected LO <= HI (input side to head), got ", low, ":", high,
          "; swap them");
  return rates;
}

Rates Rates::tenth(double high) { return {Kind::tenth, {high}}; }

Rates Rates::multiplied(double rate, std::vector<double> multipliers) {
  for (double& multiplier : multipliers) {
    multiplier *= rate;
  }
  return list(std::move(multipliers));
}

Rates Rates::list(std::vector<double> rates) { return {Kind::list, std::move(rates)}; }

Rates Rates::parse(std::string_view text, std::string_view what) {
  const auto number = [&](std::string_view part) {
    const auto x = parse_number(part);
    require(x.has_value() && is_rate(*x), ErrorKind::usage, what, ": expected ", kForms, ", got '",
            text, "'");
    return *x;
  };
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    const auto low = trim(text.substr(0, colon));
    const double high = number(text.substr(colon + 1));
    if (low.empty()) {
      return tenth(high);
    }
    const double first = number(low);
    require(first <= high, ErrorKind::usage, what,
            ": expected LO <= HI (LO for the input side, HI for the head), got '", text,
            "'; swap them");
    return range(first, high);
  }
  const auto times = text.find('*');
  const bool multiplies = times != std::string_view::npos;
  std::vector<double> rates;
  for (const std::string& part : split(multiplies ? text.substr(times + 1) : text, ',')) {
    rates.push_back(number(part));
  }
  if (multiplies) {
    return multiplied(number(text.substr(0, times)), std::move(rates));
  }
  return rates.size() == 1 ? Rates(rates.front()) : list(std::move(rates));
}

std::vector<double> Rates::for_groups(std::size_t groups) const {
  require(groups > 0, ErrorKind::usage, "learning rates: expected at least one group, got none");
  std::vector<double> rates(groups, rates_.back());
  switch (kind_) {
    case Kind::same:
      break;
    case Kind::range:
      for (std::size_t i = 0; i + 1 < groups; ++i) {
        const double q = static_cast<double>(i) / static_cast<double>(groups - 1);
        rates[i] = rates_[0] * std::pow(rates_[1] / rates_[0], q);
      }
      break;
    case Kind::tenth:
      for (std::size_t i = 0; i + 1 < groups; ++i) {
        rates[i] = rates_[0] / 10.0;
      }
      break;
    case Kind::list:
      require(rates_.size() == groups, ErrorKind::usage, "learning rates: expected ", groups,
              " (one a group), got ", rates_.size());
      rates = rates_;
      break;
  }
  return rates;
}

std::string Rates::text() const {
  switch (kind_) {
    case Kind::range:
      return cat(rates_[0], ":", rates_[1]);
    case Kind::tenth:
      return cat(":", rates_[0]);
    case Kind::same:
    case Kind::list:
      break;
  }
  std::vector<std::string> parts;
  parts.reserve(rates_.size());
  for (const double rate : rates_) {
    parts.push_back(format_number(rate));
  }
  return join(parts, ",");
}

}  // namespace onecycle
