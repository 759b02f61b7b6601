#include "onecycle/train/optimizers.h"

#include "onecycle/schedule/schedule.h"
#include "schedule/entries.h"

namespace onecycle {
namespace {

/// All of the variant but the last, which has no notation.
template <class... P>
std::vector<OptimizerInfo> entries(const std::variant<P...>* /*which*/) {
  std::vector<OptimizerInfo> list;
  const auto add = [&]<class Options>(const Options* /*which*/) {
    if constexpr (!std::is_same_v<Options, TorchOptimizer>) {
      list.push_back(detail::entry<OptimizerInfo, Options>());
    }
  };
  (add(static_cast<const P*>(nullptr)), ...);
  return list;
}

}  // namespace

const std::vector<OptimizerInfo>& optimizers() {
  static const auto list = entries(static_cast<const OptimizerOptions*>(nullptr));
  return list;
}

const OptimizerInfo& find_optimizer(std::string_view name) {
  return detail::find_entry(optimizers(), "optimizer", name);
}

OptimizerOptions parse_optimizer(std::string_view text) {
  const Outline outline = parse_named(text, "optimizer", "an");
  const std::string source = cat("optimizer '", text, "'");
  require(outline.length.is_rest(), ErrorKind::usage, source,
          ": expected options such as momentum=0.9, got ", outline.length.text());
  return detail::make_named(outline, source, find_optimizer);
}

std::string text_of(const OptimizerOptions& options) {
  return std::visit(
      []<class Options>(const Options& chosen) -> std::string {
        if constexpr (std::is_same_v<Options, TorchOptimizer>) {
          fail(ErrorKind::usage, "optimizer: expected one of the catalogue, got a TorchOptimizer, ",
               "which has no notation");
        } else {
          return notation(
              {.name = std::string(Options::name), .settings = detail::settings_of(chosen)});
        }
      },
      options);
}

}  // namespace onecycle
