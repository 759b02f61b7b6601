#include "model/format/state_dict.h"

#include <gtest/gtest.h>

#include <random>

#include "model/expect_error.h"
#include "model/pickles.h"

namespace onecycle {
namespace {

void expect_refused(const std::string& pickle, std::string_view part) {
  expect_error([&] { read_state_dict(pickle, "w.pt"); }, ErrorKind::checkpoint, part);
}

TEST(StateDict, HoldsViewsOfStorages) {
  const auto tensors = read_state_dict(
      pickle_of({{"w", PickledMatrix{}.code()},
                 {"epoch", "K\x05"},
                 {"inner", "}" + pickle_text("b") +
                               PickledMatrix{.stored = 9, .offset = 1, .stride = 4}.code() + "s"}}),
      "w.pt");
  ASSERT_EQ(tensors.size(), 2U);
  EXPECT_EQ(tensors[0].name, "w");
  EXPECT_EQ(tensors[0].type, "FloatStorage");
  EXPECT_EQ(tensors[0].sizes, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(tensors[1].name, "inner.b");
  EXPECT_EQ(tensors[1].offset, 1);
  EXPECT_EQ(tensors[1].strides, (std::vector<std::int64_t>{4, 1}));
}

TEST(StateDict, NamesTheFunctionThatWouldRun) {
  expect_refused(pickle_of({{"w", "cposix\nsystem\n" + pickle_text("ls") + "\x85R"}}),
                 "w.pt:26: expected weights only, got a reference to 'posix system'");
  expect_refused(pickle_of({{"w", "ctorch\nFloatStorage\n)R"}}),
                 "expected weights only, got a call of 'torch FloatStorage'");
  expect_refused("\x80\x02i", "expected weights only, got the opcode 105");
}

TEST(StateDict, RefusesViewsBeyondTheirStorage) {
  constexpr std::string_view message = "expected a tensor inside its storage of ";
  expect_refused(pickle_of({{"w", PickledMatrix{.stored = 5}.code()}}), message);
  expect_refused(pickle_of({{"w", PickledMatrix{.offset = 1}.code()}}), message);
  expect_refused(pickle_of({{"w", PickledMatrix{.stride = 4}.code()}}), message);
  expect_refused(pickle_of({{"w", PickledMatrix{.rows = 0x7fffffff, .stride = 0}.code()}}),
                 message);
  expect_refused(pickle_of({{"w", PickledMatrix{.rows = 0xffffffff}.code()}}),
                 "expected a size, stride or offset >= 0, got -1");
  EXPECT_NO_THROW(
      read_state_dict(pickle_of({{"w", PickledMatrix{.stored = 0, .rows = 0}.code()}}), "w.pt"));
}

TEST(StateDict, RefusesWhatIsNoDictionaryOfTensors) {
  expect_refused("\x80\x02]q.", "expected 1 more bytes");
  expect_refused("\x80\x02].", "expected a dictionary of tensors (a state_dict)");
  expect_refused("\x80\x02}]K\x01s.", "expected texts of up to 256 bytes or integers as keys");
  // A dictionary that holds itself.
  expect_refused(std::string("\x80\x02}q\0", 5) + pickle_text("a") + std::string("h\0s.", 4),
                 "expected at most 16 dictionaries in one another");
}

// Any error is a fine answer to damage; anything else would be a defect.
TEST(StateDict, DamagedPicklesAreRefusedOrRead) {
  const auto whole = pickle_of({{"w", PickledMatrix{}.code()}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    expect_refused(whole.substr(0, size), "w.pt:");
  }
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    auto damaged = whole;
    for (int k = 0; k < 3; ++k) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    try {
      (void)read_state_dict(damaged, "w.pt");
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::checkpoint) << error.what();
    }
  }
}

}  // namespace
}  // namespace onecycle
