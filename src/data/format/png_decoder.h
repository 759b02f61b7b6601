// PNG by libpng.
#pragma once

#include <png.h>

#include <vector>

#include "data/format/image_decoder.h"
#include "data/format/long_jump.h"

namespace onecycle {

class PngDecoder final : public ImageDecoder {
 public:
  PngDecoder(std::string_view bytes, const std::string& source, const DecodeRequest& request);

 private:
  /// Destroyed too if the decoder's constructor throws.
  struct Handle {
    png_structp png = nullptr;
    png_infop info = nullptr;
    Handle() = default;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { png_destroy_read_struct(&png, &info, nullptr); }
  };

  static void fetch(png_structp png, png_bytep out, std::size_t size);
  void read_stored(std::uint8_t* out) override;
  void read_header();
  [[nodiscard]] std::int64_t find_room() const;
  template <class Action>
  void run(const Action& action);

  std::string_view rest_;  // of the file, not yet read
  std::size_t file_size_;
  LongJump jump_;
  Handle handle_;
  std::vector<png_bytep> rows_;
};

}  // namespace onecycle
