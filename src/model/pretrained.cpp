#include "onecycle/model/pretrained.h"

#include <torch/nn/module.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

#include "model/name_prefix.h"
#include "model/weight_match.h"
#include "onecycle/core/error.h"
#include "onecycle/data/standardize.h"

namespace onecycle {
namespace {

/// How heads of classifiers are called elsewhere.
constexpr std::array<std::string_view, 4> kHeadNames = {"fc.", "head.", "classifier.", "linear."};

/// Which names belong to the head: of the model those beside its parameters, of a file those that
/// the model has, or that other classifiers have and the rest of the model has not.
class HeadNames {
 public:
  HeadNames(const Model& model, const NamedTensors& own) {
    if (model.groups.size() < 2) {
      return;  // all of it would be the head
    }
    for (const auto& name : model.groups.back().parameters) {
      const auto dot = name.rfind('.');
      modules_.push_back(dot == std::string::npos ? name : name.substr(0, dot + 1));
    }
    for (const auto& [name, unused] : own) {
      if (!owns(name)) {
        body_.insert(name);
      }
    }
  }

  [[nodiscard]] bool owns(const std::string& name) const { return begins(name, modules_); }
  [[nodiscard]] bool resembles(const std::string& name) const {
    return !modules_.empty() && !body_.contains(name) && (owns(name) || begins(name, kHeadNames));
  }

 private:
  template <class Prefixes>
  static bool begins(const std::string& name, const Prefixes& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view prefix) { return name.starts_with(prefix); });
  }

  std::vector<std::string> modules_;
  std::unordered_set<std::string> body_;
};

/// Why the head of the file is another one; empty if it is the same.
std::string other_head(const WeightMatch& match, const HeadNames& head) {
  for (const auto& pair : match.different) {
    if (head.owns(pair.name)) {
      return describe_difference(pair);
    }
  }
  const auto missing = std::find_if(match.missing.begin(), match.missing.end(),
                                    [&](const auto& name) { return head.owns(name); });
  return missing == match.missing.end() ? "" : cat(*missing, " is not in the file");
}

/// Takes the names of the head out of the match.
void drop_head(WeightMatch& match, const HeadNames& head) {
  const auto is_head = [&](const WeightMatch::Pair& pair) { return head.owns(pair.name); };
  std::erase_if(match.pairs, is_head);
  std::erase_if(match.different, is_head);
  std::erase_if(match.missing, [&](const auto& name) { return head.owns(name); });
  std::erase_if(match.unexpected, [&](const auto& name) { return head.resembles(name); });
}

struct Matched {
  WeightMatch match;
  PartialLoad report;
};

Matched match_model(const Model& model, const NamedTensors& tensors,
                    const PretrainedOptions& options) {
  const auto own = named_tensors(*model.module);
  std::unordered_set<std::string> known;
  for (const auto& [name, unused] : own) {
    known.insert(name);
  }
  auto stripped = strip_prefix(tensors, known);
  auto match = match_weights(own, stripped.tensors);
  std::erase_if(match.missing,
                [](const auto& name) { return name.ends_with(".num_batches_tracked"); });
  PartialLoad report{.expected = own.size(),
                     .prefix = std::move(stripped.prefix),
                     .missing = {},
                     .unexpected = {},
                     .different = {},
                     .ignored = std::move(stripped.ignored)};
  // What our own runs write beside the weights: see `Standardization`.
  std::erase_if(match.unexpected, [&](const auto& name) {
    const bool is_statistic = name.starts_with(kStandardizePrefix);
    if (is_statistic) {
      report.ignored.push_back(name);
    }
    return is_statistic;
  });
  const HeadNames head(model, own);
  report.head_reason = options.new_head_because;
  if (report.head_reason.empty() && options.replace_head) {
    report.head_reason = other_head(match, head);
  }
  if (!report.head_reason.empty()) {
    drop_head(match, head);
    report.head = model.groups.back().parameters;
  }
  report.loaded = match.pairs.size();
  report.missing = match.missing;
  report.unexpected = match.unexpected;
  for (const auto& pair : match.different) {
    report.different.push_back(describe_difference(pair));
  }
  return {.match = std::move(match), .report = std::move(report)};
}

}  // namespace

std::string PartialLoad::text() const {
  std::vector<std::string> parts{cat("loaded ", loaded, " of ", expected, " tensors")};
  if (!prefix.empty()) {
    parts.push_back(cat("left out '", prefix, "' before the names"));
  }
  if (!head.empty()) {
    parts.push_back(cat("the head starts anew ", list_names(head), ", as ", head_reason));
  }
  const auto add = [&](std::string_view title, const std::vector<std::string>& names) {
    if (!names.empty()) {
      parts.push_back(cat(title, " ", list_names(names)));
    }
  };
  add("missing", missing);
  add("unexpected", unexpected);
  add("different", different);
  add("ignored", ignored);
  return join(parts, "; ");
}

PartialLoad match_pretrained(const Model& model, const NamedTensors& tensors,
                             const PretrainedOptions& options) {
  return match_model(model, tensors, options).report;
}

PartialLoad load_pretrained(Model& model, const NamedTensors& tensors,
                            const PretrainedOptions& options) {
  auto [match, report] = match_model(model, tensors, options);
  require(options.allow_partial || report.complete(), ErrorKind::checkpoint, options.source,
          ": expected the weights of ", model.name, ", got ", match.problems(),
          "; choose the model that they belong to, or allow a partial load "
          "(--allow-partial)");
  require(report.loaded > 0, ErrorKind::checkpoint, options.source, ": expected weights of ",
          model.name, ", got none of its names; choose the model that they belong to");
  copy_weights(match);
  return std::move(report);
}

}  // namespace onecycle
