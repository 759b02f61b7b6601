#include "training.h"

#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/utils.h>

#include <algorithm>

namespace onecycle::golden {
namespace {

torch::Tensor tensor_of(const json& value) {
  if (!value.is_array()) {
    return torch::tensor(number(value), torch::kDouble);
  }
  std::vector<torch::Tensor> rows;
  for (const json& row : value) {
    rows.push_back(tensor_of(row));
  }
  return torch::stack(rows);
}

torch::Tensor inputs_of(const json& fixture) { return tensor_of(fixture.at("x")); }
torch::Tensor targets_of(const json& fixture) {
  return tensor_of(fixture.at("y")).to(torch::kLong);
}

std::int64_t batch_size_of(const json& fixture) {
  return fixture.at("batch_size").get<std::int64_t>();
}

/// Passes over the rows, batch after batch, each with a short end; a loader sees full batches.
class Passes final : public Dataset {
 public:
  Passes(const json& fixture, std::int64_t batches)
      : inputs_(inputs_of(fixture)),
        targets_(targets_of(fixture)),
        batch_(batch_size_of(fixture)),
        batches_(batches) {}

  [[nodiscard]] std::int64_t size() const override { return batches_ * batch_; }
  [[nodiscard]] Batch get(const torch::Tensor& /*indices*/) const override {
    throw Mismatch("the order is fixed");
  }
  [[nodiscard]] Batch slice(std::int64_t begin, std::int64_t /*end*/) const override {
    const std::int64_t rows = inputs_.size(0);
    const std::int64_t a_pass = (rows + batch_ - 1) / batch_;
    const std::int64_t first = begin / batch_ % a_pass * batch_;
    const std::int64_t last = std::min(rows, first + batch_);
    return {.inputs = inputs_.slice(0, first, last), .targets = targets_.slice(0, first, last)};
  }

 private:
  torch::Tensor inputs_, targets_;
  std::int64_t batch_, batches_;
};

}  // namespace

Model fixture_model(const json& fixture, bool split) {
  namespace nn = torch::nn;
  const json& weights = fixture.at("weights");
  nn::Sequential net;
  std::int64_t width = 0;
  for (std::size_t i = 0; i < fixture.at("layers").size(); ++i) {
    const std::string layer = fixture.at("layers").at(i);
    if (layer == "linear") {
      const json& weight = weights.at(cat(i, ".weight"));
      width = static_cast<std::int64_t>(weight.size());
      net->push_back(nn::Linear(static_cast<std::int64_t>(weight.at(0).size()), width));
    } else if (layer == "batchnorm1d") {
      net->push_back(nn::BatchNorm1d(width));
    } else if (layer == "tanh") {
      net->push_back(nn::Tanh());
    } else if (layer == "relu") {
      net->push_back(nn::ReLU());
    } else {
      throw Mismatch(cat("unknown layer ", layer));
    }
  }
  for (const auto& [name, tensor] : named_tensors(*net)) {
    if (tensor.is_floating_point()) {  // LibTorch's `to` would turn counts into numbers with points
      torch::Tensor same = tensor;
      same.set_data(tensor.to(torch::kDouble));
    }
  }
  NamedTensors values = named_tensors(*net);
  for (auto& [name, tensor] : values) {
    if (weights.contains(name)) {
      tensor = tensor_of(weights.at(name));
    }
  }
  load_weights(*net, values);
  Model model = wrap_model(net, "fixture");
  if (split) {
    model.groups = split_by_prefix(*model.module, {{"first", {"0."}}, {"rest", {""}}});
  }
  return model;
}

bool is_split(const json& groups) {
  const std::string text = groups;
  if (text != "one" && text != "first linear layer | everything after it") {
    throw Mismatch(cat("unknown groups ", text));
  }
  return text != "one";
}

Loader fixture_loader(const json& fixture) {
  return Loader(std::make_shared<TensorDataset>(inputs_of(fixture), targets_of(fixture)),
                {.batch_size = batch_size_of(fixture), .shuffle = false});
}

Loader repeated_loader(const json& fixture, std::int64_t batches) {
  return Loader(std::make_shared<Passes>(fixture, batches),
                {.batch_size = batch_size_of(fixture), .shuffle = false});
}

Loss LossLog::loss() const {
  return [values = values_](const torch::Tensor& output, const torch::Tensor& target) {
    torch::Tensor loss = cross_entropy()(output, target);
    values->push_back(loss.item<double>());
    return loss;
  };
}

void expect_matrix(std::string_view what, const json& expected, const torch::Tensor& got,
                   Tolerance tolerance) {
  const torch::Tensor flat = got.to(torch::kDouble).contiguous().flatten();
  const auto* const first = flat.const_data_ptr<double>();
  json list = json::array();
  const std::function<void(const json&)> add = [&](const json& value) {
    if (value.is_array()) {
      std::for_each(value.begin(), value.end(), add);
    } else {
      list.push_back(value);
    }
  };
  add(expected);
  expect_list(what, list, {first, first + flat.numel()}, tolerance);
}

void expect_weights(const Case& c, const char* what, const NamedTensors& got, bool noisy) {
  const json& expected = c.expected.at(what);
  expect(expected.size() == got.size(), cat(what, ": the same names"));
  for (const auto& [name, tensor] : got) {
    Tolerance tolerance = Tolerance::of(c);
    if (noisy && (name == "0.bias" || name == "1.running_mean")) {
      tolerance.abs = number(c.tolerance.at("abs_bias_before_batchnorm"));
    }
    expect_matrix(cat(what, " ", name), expected.at(name), tensor, tolerance);
  }
}

void expect_record(const Case& c, const Run& run, bool momentum) {
  const auto row = [&](double GroupValues::*member) {
    return [&run, member](std::size_t t) {
      std::vector<double> values;
      for (std::size_t g = 0; g < run.groups.size(); ++g) {
        values.push_back(run.at(t, g).*member);
      }
      return values;
    };
  };
  expect(run.iterations.size() == c.expected.at("lr").size(), "an iteration for each rate");
  expect_trace("lr", c.expected.at("lr"), row(&GroupValues::lr), Tolerance::of(c));
  if (momentum) {
    expect_trace("momentum", c.expected.at("momentum"), row(&GroupValues::momentum),
                 Tolerance::of(c));
  }
}

}  // namespace onecycle::golden
