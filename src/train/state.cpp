#include "onecycle/train/state.h"

#include <ATen/Context.h>
#include <ATen/core/Generator.h>
#include <torch/nn/module.h>
#include <torch/utils.h>

#include <map>
#include <mutex>

#include "onecycle/core/error.h"
#include "onecycle/core/sha256.h"

namespace onecycle {
namespace {

class SavingArchive final : public StateArchive {
 public:
  SavingArchive(TrainState& state, Copy copy) : state_(state), copy_(copy) {}

  void tensor(const std::string& name, torch::Tensor& value) override {
    state_.tensors.emplace_back(name, copied(value.detach()));
  }
  void optional_tensor(const std::string& name, torch::Tensor& value,
                       const torch::Tensor& /*like*/) override {
    if (value.defined()) {
      tensor(name, value);
    }
  }
  void integer(const std::string& name, std::int64_t& value) override { put(name, cat(value)); }
  void real(const std::string& name, double& value) override { put(name, cat(value)); }
  void flag(const std::string& name, bool& value) override { put(name, cat(value)); }
  void nested(const std::string& prefix, std::optional<TrainState>& value) override {
    if (!value) {
      return;
    }
    for (auto& [name, tensor] : value->tensors) {
      this->tensor(prefix + name, tensor);
    }
    for (const auto& [name, text] : value->values) {
      put(prefix + name, text);
    }
  }

 private:
  [[nodiscard]] torch::Tensor copied(torch::Tensor value) const {
    switch (copy_) {
      case Copy::deep:
        return value.clone();
      case Copy::host:
        return value.to(torch::kCPU, value.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
      case Copy::alias:
        break;
    }
    return value;
  }

  void put(const std::string& name, std::string value) {
    state_.values.emplace_back(name, std::move(value));
  }

  TrainState& state_;
  Copy copy_;
};

/// Restores, or with `dry` only looks whether restoring would succeed.
class RestoringArchive final : public StateArchive {
 public:
  RestoringArchive(const TrainState& state, bool dry)
      : tensors_(state.tensors.begin(), state.tensors.end()),
        values_(state.values.begin(), state.values.end()),
        dry_(dry) {}

  void tensor(const std::string& name, torch::Tensor& value) override {
    const auto saved = tensors_.find(name);
    require(saved != tensors_.end(), ErrorKind::checkpoint, "state: expected the tensor '", name,
            "', got none");
    require(saved->second.sizes() == value.sizes() &&
                saved->second.scalar_type() == value.scalar_type(),
            ErrorKind::checkpoint, "state: expected '", name, "' as ", describe(value), ", got ",
            describe(saved->second));
    ++used_;
    if (!dry_) {
      value.detach().copy_(saved->second);
    }
  }

  void optional_tensor(const std::string& name, torch::Tensor& value,
                       const torch::Tensor& like) override {
    const auto saved = tensors_.find(name);
    used_ += saved != tensors_.end() ? 1 : 0;
    if (dry_) {
      return;
    }
    if (saved == tensors_.end()) {
      value = torch::Tensor();
    } else if (value.defined() && value.sizes() == saved->second.sizes() &&
               value.scalar_type() == saved->second.scalar_type()) {
      value.detach().copy_(saved->second);
    } else if (like.defined() && like.sizes() == saved->second.sizes()) {
      // On its device, too: a file's tensors are on the CPU.
      value = torch::empty_like(like, like.options().dtype(saved->second.scalar_type()));
      value.copy_(saved->second);
    } else {
      value = saved->second.clone();
    }
  }

  void integer(const std::string& name, std::int64_t& value) override {
    read(name, value, parse_integer(text(name)));
  }
  void real(const std::string& name, double& value) override {
    read(name, value, parse_number(text(name)));
  }
  void flag(const std::string& name, bool& value) override {
    const std::string& saved = text(name);
    read(name, value,
         saved == "true" || saved == "false" ? std::optional(saved == "true") : std::nullopt);
  }

  void nested(const std::string& prefix, std::optional<TrainState>& value) override {
    TrainState saved;
    collect(tensors_, prefix, saved.tensors);
    collect(values_, prefix, saved.values);
    used_ += saved.tensors.size() + saved.values.size();
    if (dry_) {
      return;
    }
    for (auto& [name, tensor] : saved.tensors) {
      tensor = tensor.clone();
    }
    value = saved.values.empty() && saved.tensors.empty() ? std::nullopt
                                                          : std::optional(std::move(saved));
  }

  void require_all_used() const {
    const std::size_t given = tensors_.size() + values_.size();
    require(used_ == given, ErrorKind::checkpoint, "state: expected ", used_,
            " tensors and values, got ", given, "; it belongs to another model or optimizer");
  }

 private:
  static std::string describe(const torch::Tensor& t) {
    std::vector<std::string> sizes;
    for (const auto size : t.sizes()) {
      sizes.push_back(cat(size));
    }
    return cat(c10::toString(t.scalar_type()), " [", join(sizes, ", "), "]");
  }

  /// All of `from` whose name begins with `prefix`, without it.
  template <class Value>
  static void collect(const std::map<std::string, Value>& from, const std::string& prefix,
                      std::vector<std::pair<std::string, Value>>& into) {
    for (auto at = from.lower_bound(prefix); at != from.end() && at->first.starts_with(prefix);
         ++at) {
      into.emplace_back(at->first.substr(prefix.size()), at->second);
    }
  }

  const std::string& text(const std::string& name) {
    const auto saved = values_.find(name);
    require(saved != values_.end(), ErrorKind::checkpoint, "state: expected the value '", name,
            "', got none");
    ++used_;
    return saved->second;
  }

  template <class T>
  void read(const std::string& name, T& value, std::optional<T> saved) {
    require(saved.has_value(), ErrorKind::checkpoint, "state: '", name,
            "': expected a value of its type, got '", values_.find(name)->second, "'");
    if (!dry_) {
      value = *saved;
    }
  }

  std::map<std::string, torch::Tensor> tensors_;
  std::map<std::string, std::string> values_;
  std::size_t used_ = 0;
  bool dry_;
};

}  // namespace

TrainState save_state(const StateList& list, Copy copy) {
  const torch::NoGradGuard no_grad;
  TrainState state;
  SavingArchive archive(state, copy);
  list(archive);
  return state;
}

void restore_state(const StateList& list, const TrainState& state) {
  const torch::NoGradGuard no_grad;
  RestoringArchive check(state, /*dry=*/true);
  list(check);
  check.require_all_used();
  RestoringArchive archive(state, /*dry=*/false);
  list(archive);
}

std::string TrainState::sha256() const {
  Sha256 hash;
  const auto add = [&](std::string_view text) {
    const std::uint64_t size = text.size();  // so that ("ab", "c") differs from ("a", "bc")
    hash.update(&size, sizeof size);
    hash.update(text.data(), text.size());
  };
  for (const auto& [name, tensor] : tensors) {
    add(name);
    add(c10::toString(tensor.scalar_type()));
    const std::int64_t dimensions = tensor.dim();
    hash.update(&dimensions, sizeof dimensions);
    hash.update(tensor.sizes().data(), tensor.sizes().size() * sizeof(std::int64_t));
    const torch::Tensor bytes = tensor.cpu().contiguous();
    hash.update(bytes.data_ptr(), bytes.nbytes());
  }
  for (const auto& [name, value] : values) {
    add(name);
    add(value);
  }
  return hash.hex();
}

std::int64_t TrainState::bytes() const {
  std::int64_t sum = 0;
  for (const auto& [name, tensor] : tensors) {
    sum += static_cast<std::int64_t>(tensor.nbytes());
  }
  return sum;
}

void list_module(StateArchive& archive, torch::nn::Module& module) {
  for (auto& parameter : module.named_parameters()) {
    torch::Tensor& value = parameter.value();
    archive.tensor("model." + parameter.key(), value);
    bool wants = value.requires_grad();
    archive.flag("requires_grad." + parameter.key(), wants);
    if (wants != value.requires_grad()) {
      value.set_requires_grad(wants);
    }
    archive.optional_tensor("grad." + parameter.key(), value.mutable_grad(), value.detach());
  }
  for (auto& buffer : module.named_buffers()) {
    archive.tensor("model." + buffer.key(), buffer.value());
  }
  const auto list_mode = [&](const std::string& name, torch::nn::Module& each) {
    bool training = each.is_training();
    archive.flag("training." + name, training);
    if (training != each.is_training()) {
      each.train(training);
    }
  };
  // Parents before children: `train` acts on all below, and each child then has its own say. The
  // module itself comes apart from them: it need not live in a shared_ptr.
  list_mode("model", module);
  for (auto& child : module.named_modules("model", /*include_self=*/false)) {
    list_mode(child.key(), *child.value());
  }
}

namespace {
void list_generator(StateArchive& archive, const std::string& name, torch::Device device) {
  at::Generator generator = at::globalContext().defaultGenerator(device);
  const std::scoped_lock lock(generator.mutex());
  const torch::Tensor before = generator.get_state();
  torch::Tensor state = before.clone();
  archive.tensor(name, state);
  if (!torch::equal(state, before)) {
    generator.set_state(state);
  }
}
}  // namespace

void list_generators(StateArchive& archive, torch::Device device) {
  list_generator(archive, "rng.cpu", torch::kCPU);
  if (!device.is_cpu()) {
    list_generator(archive, "rng.device", device);
  }
}

}  // namespace onecycle
