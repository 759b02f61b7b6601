// TorchScript modules, such as `torch.jit.script(model).save("model.pt")` writes, as models.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "onecycle/model/model.h"
#include "onecycle/schedule/field.h"

namespace onecycle {

/// What the names of these models begin with, before the file: `script:net.pt`.
inline constexpr std::string_view kScriptPrefix = "script:";

struct ScriptOptions {
  /// As `parse_groups` reads them; not given: `head`, the last module that has parameters of its
  /// own, and before it `body`.
  std::optional<std::string> groups = {};
  std::optional<std::string> sha256 = {};  ///< that the file must have, as hexadecimal digits

  static constexpr std::string_view name = "script";
  static constexpr auto fields();
};

/// The module in the file as a model that trains as any other: its parameters and buffers are those
/// of `Model::module`, whose train and eval modes and devices are the module's own. All parameters
/// want gradients, whatever they did when it was saved: freezing is the learner's business. It runs
/// as the file says, operator by operator, without the fusions of TorchScript's own executor: the
/// same bits in every run. It is code: open files that you trust. Script modules rather than trace
/// them: a trace does not know train mode. The configuration has the absolute path and the SHA-256.
/// `forward` throws a usage error if the module returns anything but one tensor.
///
/// Throws a checkpoint error for a file that is no TorchScript module, that has no parameters (as
/// after `torch.jit.freeze`) or another SHA-256; a usage error for groups that do not fit.
Model script_model(const std::filesystem::path& path, const ScriptOptions& options = {});

/// Throws a usage error unless `model` turns examples of this shape into so many outputs: it is
/// asked about two of zeros, in eval mode.
void require_script_fits(const Model& model, const std::vector<std::int64_t>& input_shape,
                         std::int64_t outputs);

constexpr auto ScriptOptions::fields() {
  using P = ScriptOptions;
  return std::tuple{
      Field<P, std::optional<std::string>>{
          "groups", &P::groups, "prefixes",
          "layer groups by the beginnings of names, as in body=conv,bn;head=fc", kAnyNumber,
          "body and head"},
      Field<P, std::optional<std::string>>{"sha256", &P::sha256, "digits", "what the file must be",
                                           kAnyNumber, "any"}};
}

}  // namespace onecycle
