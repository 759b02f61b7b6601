#include <algorithm>

#include "flags/data_flags.h"
#include "onecycle/core/error.h"
#include "onecycle/core/random.h"
#include "onecycle/core/text.h"
#include "onecycle/data/contact_sheet.h"
#include "onecycle/data/image.h"
#include "onecycle/data/loader.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

struct ShowFlags {
  DataFlags data;
  std::int64_t images = 8;
  std::int64_t times = 8;
  std::int64_t seed = 0;
  std::string out = "samples.png";
  bool json = false;
};

/// What the model sees, as bytes again.
torch::Tensor sample_bytes(const torch::Tensor& inputs, const Standardizer& statistics) {
  const torch::Tensor pixels = statistics.undo(inputs);
  return pixels.round().clamp(0.0, 255.0).to(torch::kByte);
}

CommandLine show_command_line(ShowFlags& flags) {
  CommandLine line(
      "data show",
      "Draws training images as the model sees them: each row one image, changed anew\n"
      "each time as --augment says.",
      "  onecycle data show photos --augment 'crop(4),flip,cutout(8)' --out samples.png");
  add_data(line, flags.data);
  add_reading_flags(line, flags.data);
  add_preparation_flags(line, flags.data);
  line.heading("Picture");
  line.option({.name = "images", .label = "N", .help = "rows", .range = kAtLeastOne},
              &flags.images);
  line.option({.name = "times", .label = "N", .help = "columns", .range = kAtLeastOne},
              &flags.times);
  line.option({.name = "seed", .label = "N", .help = "of the changes", .range = kNotNegative},
              &flags.seed);
  line.option({.name = "out", .label = "FILE", .help = "a PNG file"}, &flags.out);
  add_json_flag(line, flags.json);
  return line;
}

int run_data_show(const Arguments& arguments) {
  ShowFlags flags;
  if (!show_command_line(flags).parse(arguments)) {
    return 0;
  }
  require(!flags.data.source.empty(), ErrorKind::usage, "expected data to show, got none");
  const DataPlan plan = plan_data(flags.data);
  const LoadedData data = open(flags.data, plan);
  require(data.images, ErrorKind::usage, flags.data.source,
          ": expected images, got numbers; onecycle data info describes those");
  SplitOptions options = plan.split;
  options.seed = stream_seed(static_cast<std::uint64_t>(flags.seed), "split");
  const SplitData split = divide(flags.data, data, std::move(options));
  const std::int64_t count = std::min(flags.images, split.train->size());
  const torch::Tensor places = at::arange(count, torch::kLong) * (split.train->size() / count);
  std::vector<torch::Tensor> columns;
  for (std::int64_t time = 0; time < flags.times; ++time) {
    Random random(stream_seed(static_cast<std::uint64_t>(flags.seed), "augment",
                              static_cast<std::uint64_t>(time)));
    const Batch batch = split.transform(split.train->get(places), random);
    columns.push_back(sample_bytes(batch.inputs, split.standardization.inputs));
  }
  const torch::Tensor images = at::stack(columns, 1).flatten(0, 1);
  write_png(flags.out,
            contact_sheet(images, {.columns = flags.times,
                                   .scale = std::max<std::int64_t>(1, 64 / images.size(3))}));
  if (flags.json) {
    print_json({{"picture", flags.out}, {"images", count}, {"times", flags.times}});
  } else {
    print(cat("Picture: ", flags.out, "\n"));
  }
  return 0;
}

}  // namespace

Verb data_show_verb() {
  return {.name = "data show",
          .brief = "draw images as the model sees them",
          .describe = [] { return spec_of(show_command_line); },
          .run = run_data_show};
}

}  // namespace onecycle::cli
