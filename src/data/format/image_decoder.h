// Image files to bytes: what JPEG and PNG have in common, apart from any tensor.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "data/format/pixels.h"
#include "onecycle/data/image_header.h"

namespace onecycle {

struct DecodeRequest {
  std::int64_t channels = 3;               ///< 1 or 3
  std::optional<ImageSize> at_least = {};  ///< a JPEG may be given at 1/2, 1/4, 1/8 of its size
};

/// Decodes one file: `size`, then `decode` once, into memory of that size.
class ImageDecoder {
 public:
  ImageDecoder(const ImageDecoder&) = delete;
  ImageDecoder& operator=(const ImageDecoder&) = delete;
  virtual ~ImageDecoder() = default;

  [[nodiscard]] const ImageHeader& header() const { return header_; }
  /// Of what `decode` writes.
  [[nodiscard]] ImageSize size() const { return oriented(stored_.size, orientation_); }
  /// Writes height * width * channels bytes, row by row. Throws a data error if the file is
  /// damaged.
  void decode(std::uint8_t* out);

 protected:
  ImageDecoder(std::string source, std::int64_t channels)
      : source_(std::move(source)), channels_(channels) {}

  /// What `read_stored` writes.
  struct Stored {
    ImageSize size;
    PixelKind kind = PixelKind::rgb;
  };

  /// Notes what the header says of an image that is `size` in the file, which has at most
  /// `room` pixels. Throws a data error if they are too many or none.
  void describe(ImageHeader header, int orientation, std::int64_t room);
  void set_stored(Stored stored) { stored_ = stored; }
  virtual void read_stored(std::uint8_t* out) = 0;

  [[nodiscard]] int orientation() const { return orientation_; }
  /// Throws the data error for what the format's library complains of.
  [[noreturn]] void fail_decoding(std::string_view complaint) const;

 private:
  std::string source_;
  std::int64_t channels_;
  ImageHeader header_;
  int orientation_ = 1;
  Stored stored_;
};

/// Reads the header of the file `bytes`, which must outlive the decoder. For the errors see
/// `read_image_header`.
std::unique_ptr<ImageDecoder> open_image(std::string_view bytes, const std::string& source,
                                         const DecodeRequest& request = {});

}  // namespace onecycle
