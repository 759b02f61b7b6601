#include "onecycle/data/digits.h"

#include "onecycle/core/csv.h"
#include "onecycle/core/error.h"
#include "onecycle_embedded/digits_csv.h"

namespace onecycle {
namespace {

constexpr std::int64_t kSide = 8;
constexpr float kInk = 16.0F;  // the highest value of a pixel in the file

std::int64_t whole_number(std::string_view text) {
  const auto value = parse_integer(text);
  require(value.has_value(), ErrorKind::internal, "digits: expected a whole number, got '", text,
          "'");
  return *value;
}

}  // namespace

LoadedData digits() {
  CsvReader reader(embedded::digits_csv, "digits");
  std::vector<float> pixels;
  std::vector<std::int64_t> labels;
  while (reader.next()) {
    labels.push_back(whole_number(reader.fields().front()));
    for (std::size_t i = 1; i < reader.fields().size(); ++i) {
      pixels.push_back(static_cast<float>(whole_number(reader.fields()[i])) / kInk);
    }
  }
  const auto examples = static_cast<std::int64_t>(labels.size());
  Task task{.kind = TaskKind::classification,
            .target = reader.columns().front(),
            .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
            .input_shape = {1, kSide, kSide},
            .features = {}};
  const torch::Tensor inputs =
      torch::tensor(pixels, torch::kFloat).view({examples, 1, kSide, kSide});
  const torch::Tensor targets = torch::tensor(labels, torch::kLong);
  return {.name = "digits",
          .examples = std::make_shared<TensorDataset>(inputs, targets),
          .targets = targets,
          .task = std::move(task),
          .facts = {{"examples", cat(examples)},
                    {"inputs", "8x8 grey images"},
                    {"target", "label"},
                    {"task", "classification"},
                    {"classes", "10"},
                    {"credit", std::string(kDigitsCredit)}}};
}

}  // namespace onecycle
