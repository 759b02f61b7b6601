// What a network for images ends with: from maps of features to outputs.
#pragma once

#include <array>
#include <string_view>

namespace onecycle {

enum class Head {
  plain,  ///< average pooling and one linear layer, `fc`
  /// What fastai v2 puts on a pretrained body (`create_head`): average and maximum pooling side by
  /// side, batch norm, dropout 0.25, linear to 512 without bias, ReLU, batch norm, dropout 0.5,
  /// linear without bias. Its layers are numbered as there: `head.2`, `head.4`, `head.6`, `head.8`.
  fastai
};
constexpr std::array<std::string_view, 2> names_of(Head) { return {"plain", "fastai"}; }

}  // namespace onecycle
