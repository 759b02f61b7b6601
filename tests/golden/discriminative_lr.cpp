#include "families.h"
#include "requests.h"

namespace onecycle::golden {
namespace {

void check(const Case& c, double first, double last, const std::function<Rates()>& request) {
  if (first > last) {
    // The peers hand the lowest rate to the head; a range is for LO <= HI, a list for all else.
    expect(refuses([&] { request(); }), "a range from high to low is refused");
    expect_trace(
        "lr as a list", c.expected.at("lr"),
        [&](std::size_t t) {
          const auto rates = numbers(c.expected.at("lr").at(t));
          return Rates::list(rates).for_groups(groups_of(c));
        },
        Tolerance::of(c));
    return;
  }
  expect_trace(
      "lr", c.expected.at("lr"), [&](std::size_t) { return request().for_groups(groups_of(c)); },
      Tolerance::of(c));
}

void check_request(const Case& c) {
  const json& request = c.params.at("request");
  const bool single = request.is_number() || (request.is_array() && request.size() == 1);
  if (single && c.expected.at("lr").at(0).size() == 1) {
    // fastai v1 leaves a single number as it is, for all groups.
    const std::vector<double> same(groups_of(c), number(c.expected.at("lr").at(0).at(0)));
    expect(rates_of(request, groups_of(c)) == same, "the same rate for all groups");
    return;
  }
  if (request.is_array() && request.size() > 1 && request.size() != groups_of(c)) {
    // fastai v1 hands on a list of any length.
    expect(refuses([&] { rates_of(request, groups_of(c)); }), "a list that fits no model");
    return;
  }
  double first = 0.0;
  double last = 0.0;
  if (request.is_object()) {
    first = request.at("slice").at(0).is_null() ? 0.0 : number(request.at("slice").at(0));
    last = number(request.at("slice").at(1));
  }
  check(c, first, last, [&] { return rates_of(request); });
}

void even_mults(const Case& c) {
  const double start = number(c.params.at("start"));
  const double stop = number(c.params.at("stop"));
  check(c, start, stop, [&] { return Rates::range(start, stop); });
}

void fastai2_error(const Case& c) {
  expect(refuses([&] { rates_of(c.params.at("request"), groups_of(c)); }), "a refusal");
}

void fastai1_error(const Case& c) {
  const json& request = c.params.at("request");
  if (groups_of(c) == 1 && request.is_object()) {
    // The peer divides by zero; one group is the head and gets the high end, as in fastai v2.
    const double high = number(request.at("slice").at(1));
    expect(rates_of(request, 1) == std::vector{high}, "a single group gets the high end");
    return;
  }
  expect(refuses([&] { rates_of(request, groups_of(c)); }), "a refusal");
}

}  // namespace

Kinds discriminative_lr() {
  return {{"fastai2", check_request},       {"fastai2_list", check_request},
          {"fastai2_error", fastai2_error}, {"even_mults", even_mults},
          {"fastai1", check_request},       {"fastai1_list", check_request},
          {"fastai1_error", fastai1_error}};
}

}  // namespace onecycle::golden
