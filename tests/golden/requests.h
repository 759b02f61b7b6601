// Requests for rates as the golden files write them.
#pragma once

#include <limits>

#include "golden.h"
#include "onecycle/schedule/rates.h"

namespace onecycle::golden {

/// A number, a list, or `{"slice": [low or null, high]}`.
inline Rates rates_of(const json& request) {
  if (request.is_array()) {
    const auto rates = numbers(request);
    // fastai repeats a list of one.
    return rates.size() == 1 ? Rates(rates.front()) : Rates::list(rates);
  }
  if (request.is_object()) {
    const json& slice = request.at("slice");
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    const double high = slice.at(1).is_null() ? nothing : number(slice.at(1));
    const double low = slice.at(0).is_null() ? 0.0 : number(slice.at(0));
    return low == 0.0 ? Rates::tenth(high) : Rates::range(low, high);
  }
  require(request.is_number(), ErrorKind::usage, "learning rate: expected a number");
  return {number(request)};
}

inline std::vector<double> rates_of(const json& request, std::size_t groups) {
  return rates_of(request).for_groups(groups);
}

inline std::size_t groups_of(const Case& c) {
  return static_cast<std::size_t>(number_or(c.params, "groups", 1));
}

}  // namespace onecycle::golden
