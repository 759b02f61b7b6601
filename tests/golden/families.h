// The one list of what the golden runner can check.
#pragma once

#include <map>
#include <string>

#include "golden.h"

namespace onecycle::golden {

/// Each in the file of its name; those that train only where there is LibTorch.
Kinds clr_original();
Kinds discriminative_lr();
Kinds fastai07_sched();
Kinds fastai1_fit();
Kinds fastai1_sched();
Kinds fastai2_annealers();
Kinds fastai2_fit();
Kinds lrfind_runs();
Kinds lrfind_suggest();
Kinds optax();
Kinds smoothing();
Kinds timm();
Kinds torch_basic();
Kinds torch_compose();
Kinds torch_cosine();
Kinds torch_cyclic();
Kinds torch_onecycle();
Kinds torch_plateau();
Kinds torch_swalr();
Kinds transformers();
#ifdef ONECYCLE_GOLDEN_TRAIN
Kinds train_averaging();
Kinds train_fastai();
Kinds train_snapshot();
Kinds train_torch();
#endif

/// By the name that a file gives as its `family`. A new family is one line here and one above.
inline const std::map<std::string, Kinds>& families() {
  static const std::map<std::string, Kinds> kFamilies = {
      {"clr_original", clr_original()},
      {"discriminative_lr", discriminative_lr()},
      {"fastai07_sched", fastai07_sched()},
      {"fastai1_fit", fastai1_fit()},
      {"fastai1_sched", fastai1_sched()},
      {"fastai2_annealers", fastai2_annealers()},
      {"fastai2_fit", fastai2_fit()},
      {"lrfind_runs", lrfind_runs()},
      {"lrfind_suggest", lrfind_suggest()},
      {"optax", optax()},
      {"smoothing", smoothing()},
      {"timm", timm()},
      {"torch_basic", torch_basic()},
      {"torch_compose", torch_compose()},
      {"torch_cosine", torch_cosine()},
      {"torch_cyclic", torch_cyclic()},
      {"torch_onecycle", torch_onecycle()},
      {"torch_plateau", torch_plateau()},
      {"torch_swalr", torch_swalr()},
      {"transformers", transformers()},
#ifdef ONECYCLE_GOLDEN_TRAIN
      {"train_averaging", train_averaging()},
      {"train_fastai", train_fastai()},
      {"train_snapshot", train_snapshot()},
      {"train_torch", train_torch()},
#endif
  };
  return kFamilies;
}

}  // namespace onecycle::golden
