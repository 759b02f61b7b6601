#include "onecycle/schedule/cut_rates.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {
bool is_min_rate(double x) { return std::isfinite(x) && x >= 0.0; }
}  // namespace

MinRates::MinRates(double rate) : rates_{rate} {
  require(is_min_rate(rate), ErrorKind::usage, "min_lr: expected a finite number >= 0, got ", rate);
}

MinRates MinRates::list(std::vector<double> rates) {
  require(!rates.empty(), ErrorKind::usage, "min_lr: expected at least one rate, got none");
  MinRates result;
  for (const double rate : rates) {
    result = MinRates(rate);  // checks it
  }
  result.rates_ = std::move(rates);
  result.listed_ = true;
  return result;
}

std::optional<MinRates> MinRates::parse(std::string_view text) {
  std::vector<double> rates;
  for (const std::string& piece : split(text, '/')) {
    const auto rate = parse_number(piece);
    if (!rate || !is_min_rate(*rate)) {
      return std::nullopt;
    }
    rates.push_back(*rate);
  }
  return rates.size() == 1 ? MinRates(rates.front()) : list(std::move(rates));
}

std::string MinRates::text() const {
  std::vector<std::string> pieces;
  pieces.reserve(rates_.size());
  for (const double rate : rates_) {
    pieces.push_back(format_number(rate));
  }
  return join(pieces, "/");
}

std::vector<double> MinRates::for_groups(std::size_t groups) const {
  if (!listed_) {
    return std::vector<double>(groups, rates_.front());
  }
  require(rates_.size() == groups, ErrorKind::usage, "min_lr: expected ", groups,
          " (one a group), got ", rates_.size());
  return rates_;
}

CutRates::CutRates(std::vector<double> peaks, const MinRates& min_lr)
    : peaks_(std::move(peaks)), lowest_(min_lr.for_groups(peaks_.size())), rates_(peaks_) {
  require(!peaks_.empty(), ErrorKind::usage, "peak rates: expected one a group, got none");
  for (const double peak : peaks_) {
    require(std::isfinite(peak) && peak > 0.0, ErrorKind::usage,
            "peak rate: expected a finite number > 0, got ", peak);
  }
}

bool CutRates::cut(double factor, double eps) {
  bool any = false;
  for (std::size_t g = 0; g < rates_.size(); ++g) {
    const double lower = std::max(rates_[g] * factor, lowest_[g]);
    if (rates_[g] - lower > eps) {
      rates_[g] = lower;
      any = true;
    }
  }
  return any;
}

void CutRates::restore(const std::vector<double>& rates) {
  require(rates.size() == rates_.size(), ErrorKind::checkpoint, "rates: expected ", rates_.size(),
          " (one a group), got ", rates.size());
  rates_ = rates;
}

}  // namespace onecycle
