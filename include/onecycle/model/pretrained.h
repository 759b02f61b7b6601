// Weights from elsewhere, loaded into a model as far as they fit it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "onecycle/model/model.h"
#include "onecycle/model/weights.h"

namespace onecycle {

struct PretrainedOptions {
  /// Whether the model's last group may start anew where the file has another head: for another
  /// number of classes, of another kind, or none. Nothing of it is loaded then.
  bool replace_head = true;
  /// Not empty: the head starts anew in any case, and this is why, as in `the classes are others`.
  std::string new_head_because = {};
  bool allow_partial = false;        ///< whether other tensors may be missing or left over, too
  std::string source = {"weights"};  ///< what messages begin with
};

/// What became of the tensors of a file and of a model.
struct PartialLoad {
  std::size_t loaded = 0;               ///< tensors that fit
  std::size_t expected = 0;             ///< tensors of the model
  std::string prefix = {};              ///< was taken off the names, as `module.`
  std::vector<std::string> missing;     ///< names of the model that the file does not have
  std::vector<std::string> unexpected;  ///< names of the file that the model does not have
  std::vector<std::string> different;   ///< of another shape or kind, in words
  std::vector<std::string> ignored;     ///< names of the file that are no weights of a model
  /// Names of the model's last group; they start anew. Not among those above.
  std::vector<std::string> head = {};
  std::string head_reason = {};  ///< why, in words

  /// Whether every tensor of the model gets its value, but for those of a replaced head.
  [[nodiscard]] bool complete() const {
    return missing.empty() && unexpected.empty() && different.empty();
  }
  /// All of it in one line, without a final stop.
  [[nodiscard]] std::string text() const;
};

/// What `load_pretrained` would do; nothing is changed.
PartialLoad match_pretrained(const Model& model, const NamedTensors& tensors,
                             const PretrainedOptions& options = {});

/// Copies the values of `tensors` into the parameters and buffers of `model` that have the same
/// names and shapes; floating-point types are converted. What wrappers put before the names
/// (`module.`, `model.`, `backbone.`, `state_dict.` and the like) is taken off first, and what a
/// checkpoint holds beside its `state_dict` is ignored. A batch norm's `num_batches_tracked`, which
/// old files do not have, may be missing. Throws one checkpoint error that lists what does not fit,
/// unless the options allow it, and one if nothing fits; then nothing has been changed.
PartialLoad load_pretrained(Model& model, const NamedTensors& tensors,
                            const PretrainedOptions& options = {});

}  // namespace onecycle
