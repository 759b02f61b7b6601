#include "data/safetensors_header.h"

#include <gtest/gtest.h>

#include <cstring>

#include "model/expect_error.h"

namespace onecycle {
namespace {

// A file of this header text and so many bytes of data.
std::string file_of(std::string_view header, std::size_t data = 0) {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes.append(header).append(data, '\0');
}

void expect_refused(const std::string& bytes, std::string_view part) {
  expect_error([&] { read_tensor_header(bytes, "f"); }, ErrorKind::checkpoint, part);
}

std::string tensor(std::string_view dtype, std::string_view shape, std::string_view offsets) {
  return cat(R"({"dtype":")", dtype, R"(","shape":)", shape, R"(,"data_offsets":)", offsets, "}");
}

TEST(SafetensorsHeader, ReadsWhatTheFormatAllows) {
  const auto bytes =
      file_of(cat("{\"b\":", tensor("F32", "[2,1]", "[4,12]"),
                  ",\"__metadata__\":{\"k\":\"v\"}, \"a\":", tensor("U8", "[4]", "[0,4]"),
                  ",\"e\":", tensor("F64", "[0,7]", "[4,4]"), "}   "),
              12);
  const auto header = read_tensor_header(bytes, "f");
  ASSERT_EQ(header.entries.size(), 3U);
  EXPECT_EQ(header.entries[0].name, "b");
  EXPECT_EQ(header.entries[0].type->name, "F32");
  EXPECT_EQ(header.entries[0].begin, 4U);
  EXPECT_EQ(header.entries[2].shape, (std::vector<std::int64_t>{0, 7}));
  EXPECT_EQ(header.metadata.at("k"), "v");
  EXPECT_EQ(header.data, bytes.size() - 12);
}

TEST(SafetensorsHeader, RefusesFilesThatAreTooShort) {
  expect_refused("",
                 "f:0: expected 8 bytes of header length, got 0; the file is damaged or no "
                 "safetensors file");
  expect_refused("1234567", "f:7: expected 8 bytes of header length, got 7");
  expect_refused(file_of("{}").substr(0, 9), "f:0: expected a header of 2 bytes, got 1");
}

TEST(SafetensorsHeader, RefusesAbsurdLengths) {
  expect_refused(std::string(8, '\xff'),
                 "f:0: expected a header of at most 100000000 bytes, got "
                 "a length of 18446744073709551615");
  expect_refused("not a safetensors file", "f:0: expected a header of at most");
}

TEST(SafetensorsHeader, RefusesTextThatIsNoJsonObject) {
  expect_refused(file_of(""), "f:8: expected a header that begins with '{'");
  expect_refused(file_of(" {}"), "f:8: expected a header that begins with '{'");
  expect_refused(file_of("[]"), "f:8: expected a header that begins with '{'");
  expect_refused(file_of("{\"a\":}"), "f:13: expected a JSON header, got text that is none");
  expect_refused(file_of("{} x"), "f:11: expected a JSON header");
  expect_refused(file_of("{\"\xff\":1}"), "expected a JSON header");
  expect_refused(file_of(std::string(200'000, '[').replace(0, 1, "{\"a\":")), "expected a JSON");
  expect_refused(file_of("{\"a\":1e400}"), "f:8: expected a JSON header, got a number that fits");
}

TEST(SafetensorsHeader, RefusesRepeatedNames) {
  const auto one = tensor("U8", "[1]", "[0,1]");
  expect_refused(file_of(cat("{\"a\":", one, ",\"a\":", one, "}"), 1),
                 "f:9: expected each name once, got 'a' twice");
  expect_refused(file_of(R"({"__metadata__":{"k":"1","k":"2"}})"),
                 "expected each name once, got 'k' twice");
  expect_refused(file_of(R"({"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}})"),
                 "expected each name once, got 'dtype' twice");
}

TEST(SafetensorsHeader, AllowsTheSameKeysInDifferentTensors) {
  const auto text = cat("{\"dtype\":", tensor("U8", "[1]", "[0,1]"),
                        ",\"shape\":", tensor("U8", "[1]", "[1,2]"), "}");
  EXPECT_EQ(read_tensor_header(file_of(text, 2), "f").entries.size(), 2U);
}

TEST(SafetensorsHeader, RefusesIncompleteEntries) {
  expect_refused(file_of(R"({"a":3})"), "f:9: tensor 'a': expected an object");
  expect_refused(file_of(R"({"a":{"shape":[],"data_offsets":[0,1]}})"),
                 "f:9: tensor 'a': expected 'dtype', got none");
  expect_refused(file_of(R"({"a":{"dtype":"U8","data_offsets":[0,1]}})"), "expected 'shape'");
  expect_refused(file_of(R"({"a":{"dtype":"U8","shape":[1]}})"), "expected 'data_offsets'");
  expect_refused(file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}})"),
                 "expected dtype, shape and data_offsets, got 'x'");
  expect_refused(file_of(R"({"a":{"dtype":1,"shape":[1],"data_offsets":[0,1]}})", 1),
                 "expected text as dtype");
  expect_refused(file_of(R"({"__metadata__":{"k":1}})"), "f:9: expected text as metadata 'k'");
  expect_refused(file_of(R"({"__metadata__":[]})"), "expected '__metadata__' to be an object");
}

TEST(SafetensorsHeader, RefusesTypesAndShapesThatItCannotHold) {
  expect_refused(file_of(cat("{\"a\":", tensor("F8_E4M3", "[1]", "[0,1]"), "}"), 1),
                 "f:9: tensor 'a': expected a dtype of F64, F32, F16, BF16, I64, I32, I16, I8, "
                 "U8, BOOL, got 'F8_E4M3'; convert it before saving");
  const auto shape = [](std::string_view text) {
    return file_of(cat("{\"a\":", tensor("F32", text, "[0,4]"), "}"), 4);
  };
  expect_refused(shape("4"), "tensor 'a': expected a list as shape");
  expect_refused(shape("[-1]"), "expected sizes from 0 in its shape, got -1");
  expect_refused(shape("[1.0]"), "expected sizes from 0 in its shape, got 1.0");
  expect_refused(shape("[18446744073709551615]"), "expected sizes from 0 in its shape");
  expect_refused(shape("[4294967296,4294967296]"),
                 "expected a shape that fits into memory, got [4294967296,4294967296]");
  expect_refused(shape("[4611686018427387904]"), "expected a shape that fits into memory");
  expect_refused(shape("[2]"),
                 "f:9: tensor 'a': expected 8 bytes for its type and shape, got data_offsets of 4");
}

TEST(SafetensorsHeader, RefusesOffsetsThatDoNotCoverTheData) {
  const auto two = [](std::string_view a, std::string_view b, std::size_t data) {
    return file_of(cat("{\"a\":", tensor("U8", "[4]", a), ",\"b\":", tensor("U8", "[4]", b), "}"),
                   data);
  };
  EXPECT_EQ(read_tensor_header(two("[4,8]", "[0,4]", 8), "f").entries.size(), 2U);
  expect_refused(two("[0,4]", "[2,6]", 8), "tensor 'b': expected data from offset 4, got 2 (over");
  expect_refused(two("[0,4]", "[5,9]", 9), "tensor 'b': expected data from offset 4, got 5 (gap)");
  expect_refused(two("[0,4]", "[4,8]", 7),
                 "tensor 'b': expected offsets in order within 7 bytes of data, got [4,8]");
  expect_refused(two("[4,0]", "[0,4]", 8), "tensor 'a': expected offsets in order");
  expect_refused(two("[0,4,8]", "[4,8]", 8), "tensor 'a': expected two offsets from 0 as");
  expect_refused(two("[-4,0]", "[0,4]", 8), "expected two offsets from 0 as data_offsets");
  expect_refused(two("[0,4]", "[4,8]", 9), "expected 8 bytes of data, got 9");
}

TEST(SafetensorsHeader, WritesWhatItReads) {
  const auto* type = &tensor_types()[1];
  const auto text = write_tensor_header(
      {{.name = "w", .type = type, .shape = {2, 3}, .begin = 0, .end = 24}}, {{"k", "v"}});
  EXPECT_EQ(text.size() % 8, 0U);
  const auto header = read_tensor_header(text + std::string(24, 'x'), "f");
  EXPECT_EQ(header.data, text.size());
  EXPECT_EQ(header.entries[0].shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(header.metadata.at("k"), "v");
}

}  // namespace
}  // namespace onecycle
