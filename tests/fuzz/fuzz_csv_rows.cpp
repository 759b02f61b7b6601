// The tables of a run folder: each text is tried as every one of them.

#include "fuzz/target.h"
#include "record/run_tables.h"

namespace onecycle {

void fuzz::read(std::string_view text) {
  Run run;
  run.groups = {"body", "head"};
  run.metrics = {"accuracy", "top_3"};
  may_refuse([&] {
    read_iterations(one_piece(std::string(text)), "iterations.csv", run);
    expect(run.values.size() == run.groups.size() * run.iterations.size(),
           "one entry a group and iteration");
  });
  may_refuse([&] {
    read_epochs(one_piece(std::string(text)), "epochs.csv", run);
    for (const EpochRecord& epoch : run.epochs) {
      expect(epoch.metrics.size() <= run.metrics.size(), "at most the metrics that have names");
    }
  });
  may_refuse([&] {
    FindRecord find;
    read_find(one_piece(std::string(text)), "find.csv", find);
    expect(find.lr.size() == find.loss.size() && find.lr.size() == find.smoothed.size(),
           "three lists of one length");
  });
}

}  // namespace onecycle
