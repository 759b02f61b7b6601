// The one list of what the golden runner can check.
#pragma once

#include <map>
#include <string>

#include "golden.h"

namespace onecycle::golden {

/// Each in the file of its name.
Kinds discriminative_lr();
Kinds fastai1_fit();
Kinds fastai1_sched();
Kinds fastai2_annealers();
Kinds fastai2_fit();
Kinds lrfind_runs();
Kinds lrfind_suggest();
Kinds optax();
Kinds smoothing();
Kinds torch_onecycle();
Kinds torch_plateau();

/// By the name that a file gives as its `family`. A new family is one line here and one above.
inline const std::map<std::string, Kinds>& families() {
  static const std::map<std::string, Kinds> kFamilies = {
      {"discriminative_lr", discriminative_lr()},
      {"fastai1_fit", fastai1_fit()},
      {"fastai1_sched", fastai1_sched()},
      {"fastai2_annealers", fastai2_annealers()},
      {"fastai2_fit", fastai2_fit()},
      {"lrfind_runs", lrfind_runs()},
      {"lrfind_suggest", lrfind_suggest()},
      {"optax", optax()},
      {"smoothing", smoothing()},
      {"torch_onecycle", torch_onecycle()},
      {"torch_plateau", torch_plateau()},
  };
  return kFamilies;
}

}  // namespace onecycle::golden
