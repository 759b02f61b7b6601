#include <algorithm>
#include <cmath>

#include "families.h"
#include "onecycle/finder/suggest.h"

namespace onecycle::golden {
namespace {

/// What a peer answers: a rate, or an error where it fails.
void expect_answer(const std::string& what, const json& expected, std::optional<double> got,
                   Tolerance tolerance) {
  if (expected.is_object() && expected.contains("error")) {
    expect(!got.has_value(), what + ": no answer, as the peer fails");
    return;
  }
  const json& rate = expected.is_object() ? expected.at("lr") : expected;
  expect(got.has_value(), what + ": an answer");
  expect_number(what, rate, *got, tolerance);
}

/// The rule on all points, without its cut.
std::optional<double> on_all_points(const char* name, const Curve& curve) {
  SuggestionRule rule = find_rule(name);
  rule.cut = Cut::none;
  return apply_rule(rule, curve).lr;
}

struct Curves {
  const Case& c;
  Curve curve;

  /// Where rounding decides, the case says so: there is nothing to compare.
  [[nodiscard]] bool tested(const std::string& name) const {
    const json ill = c.expected.value("ill_conditioned", json::array());
    return std::find(ill.begin(), ill.end(), name) == ill.end();
  }
  [[nodiscard]] std::optional<double> ask(const char* rule) const {
    return apply_rule(find_rule(rule), curve).lr;
  }
};

constexpr Tolerance kFloat64{.rel = 1e-12};

/// Where the peer's valley counts back from the end, to the last rate, ours has no answer.
bool wraps_around(const std::string& name, const json& expected, const Curve& cut,
                  std::optional<double> got) {
  const json& rate = expected.is_object() && expected.contains("lr") ? expected.at("lr") : expected;
  return name.starts_with("valley") && !got && rate.is_number() && !cut.lr.empty() &&
         std::abs(number(rate) / cut.lr.back() - 1.0) < 1e-6;
}

void check_fastai2(const Curves& on, const json& expected) {
  const auto check = [&](const std::string& name, const json& rate, const Curve& cut,
                         std::optional<double> got, Tolerance tolerance) {
    if (!wraps_around(name, rate, cut, got)) {
      expect_answer("fastai2 " + name, rate, got, tolerance);
    }
  };
  const Curve cut = cut_curve(on.curve, Cut::fastai2);
  for (const auto& [name, rate] : expected.at("pipeline_float64").items()) {
    if (on.tested("fastai2." + name)) {
      check(name, rate, cut, on.ask(name.c_str()), kFloat64);
    }
  }
  for (const auto& [name, rate] : expected.at("pipeline_float32").items()) {
    if (on.tested("fastai2." + name)) {
      check(name + " float32", rate, cut, on.ask(name.c_str()), Tolerance::of(on.c));
    }
  }
  for (const auto& [name, rate] : expected.at("full_curve_float64").items()) {
    if (on.tested("fastai2." + name)) {
      check(name + " of all points", rate, on.curve, on_all_points(name.c_str(), on.curve),
            kFloat64);
    }
  }
}

void check_fastai1(const Curves& on, const json& expected) {
  const json& cut = expected.at("skip_10_5");
  const json& whole = expected.at("skip_0_0");
  // An error stands for both answers.
  const auto either = [](const json& answers, const char* name) {
    return answers.contains(name) ? answers.at(name) : answers;
  };
  expect_answer("fastai1", either(cut, "min_grad_lr"), on.ask("fastai1"), kFloat64);
  expect_answer("fastai1 minimum", either(cut, "min_loss_div_10"), on.ask("fastai1_minimum"),
                kFloat64);
  expect_answer("fastai1 whole", either(whole, "min_grad_lr"), on_all_points("fastai1", on.curve),
                kFloat64);
  expect_answer("fastai1 minimum whole", either(whole, "min_loss_div_10"),
                on_all_points("fastai1_minimum", on.curve), kFloat64);
}

void check_peers(const Case& c) {
  const Curves on{c,
                  {.lr = numbers(c.params.at("lrs")),
                   .loss = numbers(c.params.at("losses")),
                   .planned = static_cast<std::int64_t>(number(c.params.at("num_it")))}};
  check_fastai2(on, c.expected.at("fastai2"));
  if (on.tested("fastai1")) {
    check_fastai1(on, c.expected.at("fastai1"));
  }
  if (on.tested("torch_lr_finder")) {
    const json& torch = c.expected.at("torch_lr_finder");
    expect_answer("torch_lr_finder", torch.at("skip_10_5"), on.ask("torch_lr_finder"), kFloat64);
    expect_answer("torch_lr_finder whole", torch.at("skip_0_0"),
                  on_all_points("torch_lr_finder", on.curve), kFloat64);
  }
  for (const char* const peer : {"ignite", "lightning"}) {
    if (on.tested(peer)) {
      expect_answer(peer, c.expected.at(peer).at("float64"), on.ask(peer), kFloat64);
      expect_answer(cat(peer, " float32"), c.expected.at(peer).at("float32"), on.ask(peer),
                    Tolerance::of(c));
    }
  }
}

}  // namespace

Kinds lrfind_suggest() { return {{"synthetic", check_peers}, {"real_curve", check_peers}}; }

}  // namespace onecycle::golden
