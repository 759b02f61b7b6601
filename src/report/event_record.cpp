#include "report/event_record.h"

#include <bit>
#include <cmath>
#include <limits>

#include "onecycle/core/crc32c.h"

namespace onecycle {
namespace {

template <class Word>
void put_fixed(std::string& out, Word word) {
  for (std::size_t i = 0; i < sizeof(Word); ++i) {
    out += static_cast<char>(static_cast<unsigned char>(word >> (8 * i)));  // little-endian
  }
}

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(static_cast<unsigned char>(value | 0x80));
    value >>= 7;
  }
  out += static_cast<char>(value);
}

/// Protobuf's kinds of fields. Source: its encoding guide.
enum class Wire : unsigned { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

void put_key(std::string& out, unsigned field, Wire wire) {
  put_varint(out, field << 3 | static_cast<unsigned>(wire));
}

void put_bytes(std::string& out, unsigned field, std::string_view bytes) {
  put_key(out, field, Wire::bytes);
  put_varint(out, bytes.size());
  out += bytes;
}

void put_integer(std::string& out, unsigned field, std::int64_t value) {
  put_key(out, field, Wire::varint);
  put_varint(out, static_cast<std::uint64_t>(value));
}

/// The conversion of a number out of range is undefined.
float to_float(double value) {
  if (std::abs(value) > static_cast<double>(std::numeric_limits<float>::max())) {
    return std::copysign(std::numeric_limits<float>::infinity(), value < 0.0 ? -1.0F : 1.0F);
  }
  return static_cast<float>(value);
}

/// Source: TensorFlow's `lib/hash/crc32c.h`, which masks the checksums that are stored.
std::uint32_t masked_crc(std::string_view bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xa282ead8U;
}

/// Length, its checksum, data, its checksum. Source: TensorFlow's `lib/io/record_writer.h`.
std::string framed(std::string_view data) {
  std::string out;
  put_fixed(out, std::uint64_t{data.size()});
  put_fixed(out, masked_crc(out));
  out += data;
  put_fixed(out, masked_crc(data));
  return out;
}

/// A framed `Event` whose one further field is `field` with `bytes`.
std::string event(double wall_time, std::int64_t step, unsigned field, std::string_view bytes) {
  std::string out;
  put_key(out, 1, Wire::fixed64);
  put_fixed(out, std::bit_cast<std::uint64_t>(wall_time));
  put_integer(out, 2, step);
  put_bytes(out, field, bytes);
  return framed(out);
}

}  // namespace

std::string version_record(double wall_time) { return event(wall_time, 0, 3, "brain.Event:2"); }

std::string restart_record(double wall_time, std::int64_t step) {
  std::string session_log;
  put_integer(session_log, 1, 1);  // status: START
  return event(wall_time, step, 7, session_log);
}

void Scalars::add(std::string_view tag, double value) {
  std::string scalar;
  put_bytes(scalar, 1, tag);
  put_key(scalar, 2, Wire::fixed32);  // simple_value
  put_fixed(scalar, std::bit_cast<std::uint32_t>(to_float(value)));
  put_bytes(summary_, 1, scalar);
}

std::string Scalars::record(double wall_time, std::int64_t step) const {
  return event(wall_time, step, 5, summary_);
}

}  // namespace onecycle
