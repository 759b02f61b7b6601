#include "model/format/state_dict.h"

#include "model/format/pickle.h"

namespace onecycle {
namespace {

// A value may be used many times over: what comes of it is bounded apart from the file's size.
constexpr int kDeepestDictionary = 16;  // dictionaries in dictionaries
constexpr std::size_t kMostValues = std::size_t{1} << 17;
constexpr std::size_t kLongestKey = 256;

class Flattener {
 public:
  explicit Flattener(const PickleReader& reader) : reader_(reader) {}

  void walk(const PickleDict& dictionary, const std::string& prefix, int depth) {
    if (depth > kDeepestDictionary) {
      reader_.refuse("expected at most ", kDeepestDictionary,
                     " dictionaries in one another, got more");
    }
    for (const auto& [key, value] : dictionary.items) {
      if (++visited_ > kMostValues) {
        reader_.refuse("expected at most ", kMostValues, " values, got more");
      }
      const std::string name = prefix + text_of_key(*key);
      if (const auto* inner = std::get_if<PickleDict>(&value->what)) {
        walk(*inner, name + ".", depth + 1);
      } else if (const auto* tensor =
                     std::get_if<std::shared_ptr<const PickledTensor>>(&value->what)) {
        tensors.push_back(**tensor);
        tensors.back().name = name;
      }
    }
  }

  std::vector<PickledTensor> tensors;

 private:
  [[nodiscard]] std::string text_of_key(const PickleValue& key) const {
    if (const auto* text = std::get_if<std::string>(&key.what);
        text != nullptr && text->size() <= kLongestKey) {
      return *text;
    }
    if (const auto* number = std::get_if<std::int64_t>(&key.what)) {
      return cat(*number);
    }
    reader_.refuse("expected texts of up to ", kLongestKey,
                   " bytes or integers as keys, got something else");
  }

  const PickleReader& reader_;
  std::size_t visited_ = 0;
};

}  // namespace

std::vector<PickledTensor> read_state_dict(std::string_view pickle, const std::string& file) {
  PickleReader reader(pickle, file);
  const auto* dictionary = std::get_if<PickleDict>(&reader.read().what);
  if (dictionary == nullptr) {
    reader.refuse("expected a dictionary of tensors (a state_dict), got something else");
  }
  Flattener flattener(reader);
  flattener.walk(*dictionary, "", 1);
  return std::move(flattener.tensors);
}

}  // namespace onecycle
