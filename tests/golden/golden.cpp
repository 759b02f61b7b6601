#include "golden.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace onecycle::golden {
namespace {

double peak_of(const std::vector<double>& values) {
  double peak = 0.0;
  for (const double x : values) {
    peak = std::isfinite(x) ? std::max(peak, std::abs(x)) : peak;
  }
  return peak;
}

void compare(std::string_view what, std::string_view where, double expected, double got,
             double peak, Tolerance tolerance) {
  if (!tolerance.accepts(expected, got, peak)) {
    throw Mismatch(cat(what, where, ": expected ", expected, ", got ", got));
  }
}

}  // namespace

double number(const json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text == "NaN") {
      return std::numeric_limits<double>::quiet_NaN();
    }
    if (text == "Infinity") {
      return std::numeric_limits<double>::infinity();
    }
    if (text == "-Infinity") {
      return -std::numeric_limits<double>::infinity();
    }
  }
  return value.get<double>();
}

std::vector<double> numbers(const json& list) {
  std::vector<double> values;
  for (const json& value : list) {
    values.push_back(number(value));
  }
  return values;
}

bool has(const json& object, const char* name) {
  return object.contains(name) && !object.at(name).is_null();
}

double number_or(const json& params, const char* name, double fallback) {
  return has(params, name) ? number(params.at(name)) : fallback;
}

std::optional<double> optional_number(const json& params, const char* name) {
  return has(params, name) ? std::optional(number(params.at(name))) : std::nullopt;
}

bool flag_or(const json& params, const char* name, bool fallback) {
  return has(params, name) ? params.at(name).get<bool>() : fallback;
}

std::vector<double> listed(const json& value) {
  return value.is_array() ? numbers(value) : std::vector<double>{number(value)};
}

Tolerance Tolerance::of(const Case& golden_case) { return of(golden_case, "rel"); }

Tolerance Tolerance::of(const Case& golden_case, const char* rel) {
  const json& stated = golden_case.tolerance;
  return {.rel = number_or(stated, rel, 0.0),
          .abs = number_or(stated, "abs", 0.0),
          .of_peak = number_or(stated, "abs_of_peak", 0.0)};
}

bool Tolerance::accepts(double expected, double got, double peak) const {
  if (!std::isfinite(expected)) {
    return std::isnan(expected) ? std::isnan(got) : expected == got;
  }
  const double allowed = std::max({abs, rel * std::abs(expected), of_peak * peak});
  return std::abs(expected - got) <= allowed;
}

void expect_number(std::string_view what, const json& expected, double got, Tolerance tolerance) {
  const double value = number(expected);
  compare(what, "", value, got, std::abs(value), tolerance);
}

void expect_list(std::string_view what, const json& expected, const std::vector<double>& got,
                 Tolerance tolerance) {
  const std::vector<double> values = numbers(expected);
  const double peak = peak_of(values);
  for (std::size_t i = 0; i < std::min(values.size(), got.size()); ++i) {
    compare(what, cat(" at step ", i), values[i], got[i], peak, tolerance);
  }
  if (values.size() != got.size()) {
    throw Mismatch(cat(what, ": expected ", values.size(), " values, got ", got.size()));
  }
}

void expect_trace(std::string_view what, const json& expected,
                  const std::function<std::vector<double>(std::size_t t)>& row, Tolerance tolerance,
                  const std::set<std::size_t>& skipped) {
  std::vector<std::vector<double>> values;
  double peak = 0.0;
  for (const json& line : expected) {
    values.push_back(listed(line));
    peak = std::max(peak, peak_of(values.back()));
  }
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (skipped.contains(t)) {
      continue;
    }
    const std::vector<double> got = row(t);
    if (got.size() != values[t].size()) {
      throw Mismatch(
          cat(what, " at step ", t, ": expected ", values[t].size(), " groups, got ", got.size()));
    }
    for (std::size_t group = 0; group < got.size(); ++group) {
      compare(what, cat(" at step ", t, ", group ", group), values[t][group], got[group], peak,
              tolerance);
    }
  }
}

void expect(bool condition, std::string_view claim) {
  if (!condition) {
    throw Mismatch(cat("does not hold: ", claim));
  }
}

bool refuses(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.kind() == ErrorKind::usage || error.kind() == ErrorKind::data;
  }
  return false;
}

}  // namespace onecycle::golden
