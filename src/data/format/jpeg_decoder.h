// JPEG by libjpeg-turbo.
#pragma once

#include <cstdio>
// jpeglib.h uses FILE and names no header for it.
#include <jpeglib.h>

#include "data/format/image_decoder.h"
#include "data/format/long_jump.h"

namespace onecycle {

class JpegDecoder final : public ImageDecoder {
 public:
  JpegDecoder(std::string_view bytes, const std::string& source, const DecodeRequest& request);

 private:
  /// Destroyed too if the decoder's constructor throws.
  struct Handle {
    jpeg_decompress_struct info{};
    Handle() = default;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { jpeg_destroy_decompress(&info); }
  };

  void read_stored(std::uint8_t* out) override;
  void prepare(const DecodeRequest& request);
  [[nodiscard]] int find_orientation() const;
  [[nodiscard]] unsigned find_reduction(ImageSize at_least) const;
  template <class Action>
  void run(const Action& action);

  LongJump jump_;
  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  Handle handle_;
};

}  // namespace onecycle
