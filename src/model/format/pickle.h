// A reader of the pickles that hold weights: plain values and tensors, and nothing that is called.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "model/format/state_dict.h"
#include "onecycle/core/error.h"

namespace onecycle {

struct PickleValue;

/// Values refer to one another, perhaps in circles; the reader owns them all.
using PickleItems = std::vector<const PickleValue*>;

struct PickleTuple {
  PickleItems items;
};
struct PickleList {
  PickleItems items;
};
struct PickleDict {
  std::vector<std::pair<const PickleValue*, const PickleValue*>> items;
};
/// A name such as `torch FloatStorage`: one of a fixed list.
struct PickleGlobal {
  std::string name;
};
/// What of a storage its tensors have in common.
struct PickleStorage {
  std::string key;
  std::string type;
  std::int64_t size;
};

struct PickleValue {
  std::variant<std::monostate, bool, std::int64_t, std::string, PickleTuple, PickleList, PickleDict,
               PickleGlobal, PickleStorage, std::shared_ptr<const PickledTensor>>
      what;
};

class PickleReader {
 public:
  PickleReader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  /// The value that the pickle holds. It lives as long as the reader.
  const PickleValue& read();

  /// Throws a checkpoint error at the byte that was read last.
  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    fail(ErrorKind::checkpoint, file_, ":", at_, ": ", parts...);
  }

 private:
  bool read_plain(char code);
  bool read_container(char code);
  bool read_memo(char code);
  bool read_object(char code);

  std::string_view take(std::size_t size);
  std::string_view take_line();
  std::uint64_t number(std::size_t size);
  std::int64_t signed_number(std::size_t size);

  void push(PickleValue value);
  const PickleValue* pop();
  PickleItems pop_to_mark();
  template <class T>
  T& top(std::string_view expected);
  template <class T>
  const T& as(const PickleValue* value, std::string_view expected) const;

  void push_tuple(std::size_t count);
  void set_items(const PickleItems& items);
  void call();
  void push_storage();
  [[nodiscard]] PickledTensor tensor(const PickleItems& arguments) const;
  [[nodiscard]] std::vector<std::int64_t> integers(const PickleValue* tuple) const;
  [[nodiscard]] std::int64_t integer(const PickleValue* value) const;

  std::string_view bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::deque<PickleValue> values_;
  std::vector<PickleValue*> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, PickleValue*> memo_;
};

}  // namespace onecycle
