// The state of training as one list, walked alike to copy it, to put it back, to hash it and to
// write it to a file.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace torch::nn {
class Module;
}

namespace onecycle {

/// State taken out of what it belongs to: tensors by name, and numbers and texts by name, both in
/// the order in which they were listed. A tensor that did not exist (a gradient before the first
/// backward pass) is not in it.
struct TrainState {
  std::vector<std::pair<std::string, torch::Tensor>> tensors;
  std::vector<std::pair<std::string, std::string>> values;

  /// SHA-256 over every name, type, shape, byte and value, as 64 hexadecimal digits. Two states
  /// have the same hash exactly if they hold the same bits.
  [[nodiscard]] std::string sha256() const;

  /// Size of the tensors in bytes.
  [[nodiscard]] std::int64_t bytes() const;
};

/// Walks over state. Who has state lists each piece of it once, in a function that takes an
/// archive; whether that saves or restores is the archive's business. Names are unique within one
/// walk.
class StateArchive {
 public:
  StateArchive() = default;
  StateArchive(const StateArchive&) = delete;
  StateArchive& operator=(const StateArchive&) = delete;
  virtual ~StateArchive() = default;

  /// A tensor that always exists. Restoring copies into it, so that whoever else holds it sees the
  /// change; shape and type must be the same.
  virtual void tensor(const std::string& name, torch::Tensor& value) = 0;
  /// A tensor that may not exist yet, such as a gradient. Restoring makes it exist, or undefined
  /// again, as it was; one that is made gets the memory layout of `like` if that is given and of
  /// the same shape: fused operators take for granted that a parameter's companions are laid out as
  /// it is.
  virtual void optional_tensor(const std::string& name, torch::Tensor& value,
                               const torch::Tensor& like = {}) = 0;
  virtual void integer(const std::string& name, std::int64_t& value) = 0;
  virtual void real(const std::string& name, double& value) = 0;
  virtual void flag(const std::string& name, bool& value) = 0;
  /// A state within the state, all of whose names get `prefix`; it may not exist yet.
  virtual void nested(const std::string& prefix, std::optional<TrainState>& value) = 0;
};

/// Hands everything on to another archive, every name with `prefix` before it.
class PrefixedArchive final : public StateArchive {
 public:
  PrefixedArchive(StateArchive& archive, std::string prefix)
      : archive_(archive), prefix_(std::move(prefix)) {}

  void tensor(const std::string& name, torch::Tensor& value) override {
    archive_.tensor(prefix_ + name, value);
  }
  void optional_tensor(const std::string& name, torch::Tensor& value,
                       const torch::Tensor& like) override {
    archive_.optional_tensor(prefix_ + name, value, like);
  }
  void integer(const std::string& name, std::int64_t& value) override {
    archive_.integer(prefix_ + name, value);
  }
  void real(const std::string& name, double& value) override {
    archive_.real(prefix_ + name, value);
  }
  void flag(const std::string& name, bool& value) override { archive_.flag(prefix_ + name, value); }
  void nested(const std::string& prefix, std::optional<TrainState>& value) override {
    archive_.nested(prefix_ + prefix, value);
  }

 private:
  StateArchive& archive_;
  std::string prefix_;
};

/// A function that lists the state of something.
using StateList = std::function<void(StateArchive&)>;

enum class Copy {
  deep,  ///< the state's own tensors: stays as it is whatever happens to the original
  host,  ///< as `deep`, in the memory of the CPU wherever the original is: for writing meanwhile
  alias  ///< the original's tensors: costs nothing, for hashing and writing at once
};

/// Takes the state out.
TrainState save_state(const StateList& list, Copy copy = Copy::deep);

/// Puts it back, bit for bit. Throws a checkpoint error, and has changed nothing, if a number or a
/// tensor that `list` needs is missing or of another type or shape, or `state` has more than
/// `list` asks for.
void restore_state(const StateList& list, const TrainState& state);

/// Lists parameters (and whether they want gradients), gradients, buffers, and of each module its
/// train/eval mode.
void list_module(StateArchive& archive, torch::nn::Module& module);

/// Lists the state of torch's default generators: the CPU's, and that of `device` if it is another.
void list_generators(StateArchive& archive, torch::Device device);

}  // namespace onecycle
