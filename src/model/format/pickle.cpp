#include "model/format/pickle.h"

#include <algorithm>
#include <array>

namespace onecycle {
namespace {

// What weights are made of. All else could be a function that does anything.
constexpr std::array<std::string_view, 13> kKnown = {"collections OrderedDict",
                                                     "torch._utils _rebuild_tensor_v2",
                                                     "torch._utils _rebuild_parameter",
                                                     "torch DoubleStorage",
                                                     "torch FloatStorage",
                                                     "torch HalfStorage",
                                                     "torch BFloat16Storage",
                                                     "torch LongStorage",
                                                     "torch IntStorage",
                                                     "torch ShortStorage",
                                                     "torch CharStorage",
                                                     "torch ByteStorage",
                                                     "torch BoolStorage"};

constexpr std::size_t kTensorArguments = 6;  // storage, offset, sizes, strides, and two unused

// One reading of a pickle cannot take more memory than a hundred times this.
constexpr std::size_t kLongestPickle = std::size_t{8} << 20;
constexpr std::size_t kMostDimensions = 64;                   // LibTorch's own limit
constexpr std::int64_t kMostOfEmpty = std::int64_t{1} << 32;  // product of the sizes but 0

/// Whether the view lies inside its storage. What the file says is compared before it is
/// multiplied: no product can overflow.
bool fits(const PickledTensor& tensor) {
  const auto& sizes = tensor.sizes;
  if (sizes.size() != tensor.strides.size() || tensor.offset > tensor.stored) {
    return false;
  }
  const bool empty = std::find(sizes.begin(), sizes.end(), 0) != sizes.end();
  const std::int64_t most = empty ? kMostOfEmpty : tensor.stored;
  std::int64_t elements = 1;
  std::int64_t last = tensor.offset;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto size = std::max<std::int64_t>(sizes[i], 1);
    const auto stride = empty ? 0 : tensor.strides[i];
    if (size > most / elements || (stride > 0 && size - 1 > (tensor.stored - last) / stride)) {
      return false;
    }
    elements *= size;
    last += (size - 1) * stride;
  }
  return empty || last < tensor.stored;
}

}  // namespace

// The opcodes of protocol 2, which torch.save uses: Python's `pickletools`.
const PickleValue& PickleReader::read() {
  require(bytes_.size() <= kLongestPickle, ErrorKind::checkpoint, file_,
          ": expected a pickle of at most ", kLongestPickle, " bytes, got ", bytes_.size());
  while (true) {
    const char code = take(1).front();
    if (code == '.') {
      return *pop();
    }
    if (!(read_plain(code) || read_container(code) || read_memo(code) || read_object(code))) {
      refuse("expected weights only, got the opcode ",
             static_cast<int>(static_cast<unsigned char>(code)));
    }
  }
}

bool PickleReader::read_plain(char code) {
  switch (code) {
    case '\x80':  // protocol
      take(1);
      return true;
    case 'N':
      push({std::monostate{}});
      return true;
    case '\x88':
    case '\x89':
      push({code == '\x88'});
      return true;
    case 'K':
      push({signed_number(1) & 0xff});
      return true;
    case 'M':
      push({signed_number(2) & 0xffff});
      return true;
    case 'J':
      push({signed_number(4)});
      return true;
    case '\x8a': {
      const auto size = static_cast<std::size_t>(number(1));
      push({size == 0 ? std::int64_t{0} : signed_number(size)});
      return true;
    }
    case 'G':  // a real number, such as a learning rate: nothing that weights need
      take(8);
      push({std::monostate{}});
      return true;
    case 'X':
      push({std::string(take(static_cast<std::size_t>(number(4))))});
      return true;
    default:
      return false;
  }
}

bool PickleReader::read_container(char code) {
  switch (code) {
    case '}':
      push({PickleDict{}});
      return true;
    case ']':
      push({PickleList{}});
      return true;
    case '(':
      marks_.push_back(stack_.size());
      return true;
    case ')':
    case '\x85':
    case '\x86':
    case '\x87':
      push_tuple(code == ')' ? 0 : static_cast<std::size_t>(code - '\x84'));
      return true;
    case 't':
      push({PickleTuple{pop_to_mark()}});
      return true;
    case 'a': {
      const auto* item = pop();
      top<PickleList>("a list").items.push_back(item);
      return true;
    }
    case 'e': {
      const auto items = pop_to_mark();
      auto& list = top<PickleList>("a list").items;
      list.insert(list.end(), items.begin(), items.end());
      return true;
    }
    case 's': {
      const auto* value = pop();
      const auto* key = pop();
      set_items({key, value});
      return true;
    }
    case 'u':
      set_items(pop_to_mark());
      return true;
    default:
      return false;
  }
}

bool PickleReader::read_memo(char code) {
  switch (code) {
    case 'q':
    case 'r':
      if (stack_.empty()) {
        refuse("expected a value to remember, got none");
      }
      memo_[number(code == 'q' ? 1 : 4)] = stack_.back();
      return true;
    case 'h':
    case 'j': {
      const auto found = memo_.find(number(code == 'h' ? 1 : 4));
      if (found == memo_.end()) {
        refuse("expected a value that was remembered, got none");
      }
      stack_.push_back(found->second);
      return true;
    }
    default:
      return false;
  }
}

bool PickleReader::read_object(char code) {
  switch (code) {
    case 'c': {
      const std::string_view module = take_line();
      const std::string name = cat(module, " ", take_line());
      if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end()) {
        refuse("expected weights only, got a reference to '", name, "'");
      }
      push({PickleGlobal{name}});
      return true;
    }
    case 'Q':
      push_storage();
      return true;
    case 'R':
      call();
      return true;
    case 'b':  // attributes, such as an OrderedDict's _metadata
      pop();
      top<PickleDict>("a dictionary");
      return true;
    default:
      return false;
  }
}

std::string_view PickleReader::take(std::size_t size) {
  if (size > bytes_.size() - at_) {
    refuse("expected ", size, " more bytes, got ", bytes_.size() - at_, "; the file is cut short");
  }
  at_ += size;
  return bytes_.substr(at_ - size, size);
}

std::string_view PickleReader::take_line() {
  const auto end = bytes_.find('\n', at_);
  if (end == std::string_view::npos) {
    refuse("expected the end of a line, got none; the file is cut short");
  }
  const auto line = take(end - at_);
  take(1);
  return line;
}

/// Little-endian, of up to 8 bytes.
std::uint64_t PickleReader::number(std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; const char c : take(size)) {
    value |= std::uint64_t{static_cast<unsigned char>(c)} << (8 * i++);
  }
  return value;
}

std::int64_t PickleReader::signed_number(std::size_t size) {
  if (size > sizeof(std::int64_t)) {
    refuse("expected an integer of 64 bits, got one of ", size, " bytes");
  }
  const auto unused = static_cast<int>(8 * (sizeof(std::int64_t) - size));
  return static_cast<std::int64_t>(number(size) << unused) >> unused;
}

void PickleReader::push(PickleValue value) {
  values_.push_back(std::move(value));
  stack_.push_back(&values_.back());
}

const PickleValue* PickleReader::pop() {
  if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) {
    refuse("expected a value, got none");
  }
  const auto* value = stack_.back();
  stack_.pop_back();
  return value;
}

PickleItems PickleReader::pop_to_mark() {
  if (marks_.empty()) {
    refuse("expected a mark, got none");
  }
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  PickleItems items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  marks_.pop_back();
  return items;
}

template <class T>
T& PickleReader::top(std::string_view expected) {
  T* value = stack_.empty() ? nullptr : std::get_if<T>(&stack_.back()->what);
  if (value == nullptr) {
    refuse("expected ", expected, ", got something else");
  }
  return *value;
}

template <class T>
const T& PickleReader::as(const PickleValue* value, std::string_view expected) const {
  const T* held = std::get_if<T>(&value->what);
  if (held == nullptr) {
    refuse("expected ", expected, ", got something else");
  }
  return *held;
}

void PickleReader::push_tuple(std::size_t count) {
  PickleItems items(count);
  std::generate(items.rbegin(), items.rend(), [this] { return pop(); });
  push({PickleTuple{std::move(items)}});
}

void PickleReader::set_items(const PickleItems& items) {
  auto& dictionary = top<PickleDict>("a dictionary").items;
  if (items.size() % 2 != 0) {
    refuse("expected pairs of keys and values, got an odd number");
  }
  for (std::size_t i = 0; i < items.size(); i += 2) {
    dictionary.emplace_back(items[i], items[i + 1]);
  }
}

/// Of the functions that are known; their work is done here.
void PickleReader::call() {
  const auto& arguments = as<PickleTuple>(pop(), "arguments").items;
  const auto& name = as<PickleGlobal>(pop(), "a function").name;
  if (name == "collections OrderedDict" && arguments.empty()) {
    push({PickleDict{}});
  } else if (name == "torch._utils _rebuild_tensor_v2") {
    push({std::make_shared<const PickledTensor>(tensor(arguments))});
  } else if (name == "torch._utils _rebuild_parameter" && !arguments.empty()) {
    push({as<std::shared_ptr<const PickledTensor>>(arguments.front(), "a tensor")});
  } else {
    refuse("expected weights only, got a call of '", name, "'");
  }
}

void PickleReader::push_storage() {
  const auto& items = as<PickleTuple>(pop(), "a storage").items;
  if (items.size() != 5 || as<std::string>(items[0], "the word storage") != "storage") {
    refuse("expected a storage, got something else");
  }
  const auto& type = as<PickleGlobal>(items[1], "a type of storage").name;
  const auto blank = type.find(' ');
  push({PickleStorage{.key = as<std::string>(items[2], "the key of a storage"),
                      .type = type.substr(blank + 1),
                      .size = integer(items[4])}});
}

std::int64_t PickleReader::integer(const PickleValue* value) const {
  const auto number = as<std::int64_t>(value, "an integer");
  if (number < 0) {
    refuse("expected a size, stride or offset >= 0, got ", number);
  }
  return number;
}

std::vector<std::int64_t> PickleReader::integers(const PickleValue* tuple) const {
  const auto& items = as<PickleTuple>(tuple, "sizes").items;
  if (items.size() > kMostDimensions) {
    refuse("expected at most ", kMostDimensions, " dimensions, got ", items.size());
  }
  std::vector<std::int64_t> numbers(items.size());
  std::transform(items.begin(), items.end(), numbers.begin(),
                 [this](const PickleValue* item) { return integer(item); });
  return numbers;
}

PickledTensor PickleReader::tensor(const PickleItems& arguments) const {
  if (arguments.size() < kTensorArguments) {
    refuse("expected a tensor with storage, offset, sizes and strides, got less");
  }
  const auto& storage = as<PickleStorage>(arguments[0], "a storage");
  PickledTensor tensor{.name = {},
                       .storage = storage.key,
                       .type = storage.type,
                       .stored = storage.size,
                       .offset = integer(arguments[1]),
                       .sizes = integers(arguments[2]),
                       .strides = integers(arguments[3])};
  if (!fits(tensor)) {
    refuse("expected a tensor inside its storage of ", tensor.stored,
           " elements, got one that reaches beyond it");
  }
  return tensor;
}

}  // namespace onecycle
