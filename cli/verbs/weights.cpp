#include <torch/types.h>

#include <algorithm>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/data/safetensors.h"
#include "onecycle/model/open_weights.h"
#include "onecycle/model/recognise.h"
#include "onecycle/train/precision.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

struct WeightsFlags {
  std::string action;
  std::string file;
  std::string out;
  std::optional<std::string> to;
  std::optional<std::string> rename;
  bool json = false;
};

std::string shape_text(const torch::Tensor& tensor) {
  std::vector<std::string> sizes;
  for (const auto size : tensor.sizes()) {
    sizes.push_back(cat(size));
  }
  return sizes.empty() ? "scalar" : join(sizes, " x ");
}

std::int64_t count_values(const NamedTensors& tensors) {
  std::int64_t count = 0;
  for (const auto& [name, tensor] : tensors) {
    count += tensor.numel();
  }
  return count;
}

Json info_json(const WeightsFile& file, const std::optional<Model>& model) {
  Json tensors = Json::array();
  for (const auto& [name, tensor] : file.tensors) {
    tensors.push_back({{"name", name},
                       {"shape", tensor.sizes().vec()},
                       {"type", torch::toString(tensor.scalar_type())}});
  }
  return {{"format", file.format},
          {"tensors", tensors},
          {"values", count_values(file.tensors)},
          {"metadata", file.metadata},
          {"model", model ? Json(model->config) : Json()}};
}

std::string model_text(const std::optional<Model>& model) {
  if (!model) {
    return "No model of onecycle that is known by its names fits these weights.\n";
  }
  std::vector<std::string> options;
  for (const auto& [key, value] : model->config) {
    if (key != "model") {
      options.push_back(cat(key, " ", value));
    }
  }
  return cat("Fits ", model->name, ": ", join(options, "; "), "\n");
}

int print_info(const WeightsFlags& flags) {
  const auto file = open_weights(flags.file);
  const auto model = recognise_model(file);
  if (flags.json) {
    print_json(info_json(file, model));
    return 0;
  }
  Table table{{"tensor", "shape", "type"}, {}};
  for (const auto& [name, tensor] : file.tensors) {
    table.rows.push_back({name, shape_text(tensor), torch::toString(tensor.scalar_type())});
  }
  print(table);
  print(cat("\n", file.format, ", ", file.tensors.size(), " tensors, ", count_values(file.tensors),
            " values\n"));
  for (const auto& [key, value] : file.metadata) {
    print(cat(key, ": ", value, "\n"));
  }
  print(model_text(model));
  return 0;
}

/// What `--rename A=B,C=D` says.
std::vector<std::pair<std::string, std::string>> parse_renames(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> renames;
  for (const auto& piece : split(text, ',')) {
    const auto equals = piece.find('=');
    require(equals != std::string::npos && equals > 0, ErrorKind::usage,
            "--rename: expected FROM=TO, beginnings of names, got '", piece, "'");
    renames.emplace_back(piece.substr(0, equals), piece.substr(equals + 1));
  }
  return renames;
}

void rename(NamedTensors& tensors, const std::string& text) {
  for (const auto& [from, to] : parse_renames(text)) {
    bool used = false;
    for (auto& [name, tensor] : tensors) {
      if (name.starts_with(from)) {
        name.replace(0, from.size(), to);
        used = true;
      }
    }
    require(used, ErrorKind::usage, "--rename: expected the beginning of a name, got '", from,
            "', with which none begins; onecycle weights info lists them");
  }
}

torch::ScalarType type_named(const std::string& text) {
  switch (parse_precision(text, "--to")) {
    case Precision::bfloat16:
      return torch::kBFloat16;
    case Precision::float16:
      return torch::kFloat16;
    case Precision::float32:
      break;
  }
  return torch::kFloat32;
}

int convert(const WeightsFlags& flags) {
  require(flags.out.ends_with(".safetensors"), ErrorKind::usage,
          "weights convert: expected a second file that ends in .safetensors, got '", flags.out,
          "'");
  const auto type = flags.to ? std::optional(type_named(*flags.to)) : std::nullopt;
  auto file = open_weights(flags.file);
  if (flags.rename) {
    rename(file.tensors, *flags.rename);
  }
  for (auto& [name, tensor] : file.tensors) {
    tensor = type && tensor.is_floating_point() ? tensor.to(*type) : tensor;
  }
  save_tensors(flags.out, {.tensors = file.tensors, .metadata = file.metadata});
  return 0;
}

CommandLine weights_command_line(WeightsFlags& flags) {
  CommandLine line("weights",
                   "Shows what a file of weights holds, or writes it as safetensors. Reads "
                   "safetensors and the tensors that Python's torch.save wrote; runs nothing in "
                   "them.",
                   "  onecycle weights info resnet18.pth\n"
                   "  onecycle weights convert resnet18.pth resnet18.safetensors --to bf16\n"
                   "  onecycle weights convert net.pt net.safetensors --rename linear.=fc.");
  line.operand({.name = "action",
                .label = "ACTION",
                .help = "info or convert",
                .saved = false,
                .choices = {"info", "convert"}},
               &flags.action);
  line.operand({.name = "file", .label = "FILE", .help = "weights", .saved = false}, &flags.file);
  line.operand(
      {.name = "out", .label = "OUT.safetensors", .help = "what convert writes", .saved = false},
      &flags.out);
  line.option({.name = "to",
               .label = "TYPE",
               .help = "float32, bf16 or fp16, for the floating-point tensors",
               .default_note = "as they are",
               .saved = false,
               .choices = {"float32", "bf16", "fp16"}},
              &flags.to);
  line.option({.name = "rename",
               .label = "FROM=TO,...",
               .help = "what replaces the beginnings of names; TO may be empty",
               .default_note = "nothing",
               .saved = false},
              &flags.rename);
  add_json_flag(line, flags.json);
  return line;
}

int run_weights(const Arguments& arguments) {
  WeightsFlags flags;
  if (!weights_command_line(flags).parse(arguments)) {
    return 0;
  }
  const bool info = flags.action == "info";
  require(info || flags.action == "convert", ErrorKind::usage,
          "expected weights info or weights convert, got '", flags.action, "'");
  require(!flags.file.empty(), ErrorKind::usage, "weights ", flags.action,
          ": expected a file of weights, got none");
  require(!info || (flags.out.empty() && !flags.to && !flags.rename), ErrorKind::usage,
          "weights info: expected one file and no --to or --rename, got more; use weights convert");
  return info ? print_info(flags) : convert(flags);
}

}  // namespace

Verb weights_verb() {
  return {.name = "weights",
          .brief = "show or convert a file of weights",
          .describe = [] { return spec_of(weights_command_line); },
          .run = run_weights};
}

}  // namespace onecycle::cli
