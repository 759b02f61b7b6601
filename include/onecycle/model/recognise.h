// Which model of the catalogue a file of weights belongs to.
#pragma once

#include <optional>

#include "onecycle/model/model.h"
#include "onecycle/model/open_weights.h"

namespace onecycle {

/// The model, newly initialised, whose every tensor the file has (but perhaps for the head, and for
/// counts of batches), and no others; nothing if there is none. Told by the configuration that our
/// own files hold, else by names and shapes: the residual networks can be told so, images of them
/// are taken to have 224 pixels (32 for those for small images). Without a head in the file the
/// model has 1000 outputs.
std::optional<Model> recognise_model(const WeightsFile& file);

}  // namespace onecycle
