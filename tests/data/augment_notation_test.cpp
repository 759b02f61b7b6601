#include <gtest/gtest.h>

#include "onecycle/data/augment.h"
#include "support/message.h"

namespace onecycle {
namespace {

TEST(AugmentNotation, ReadsNamesWithTheirOptions) {
  EXPECT_EQ(parse_augment("crop(4),flip,cutout(8)"),
            (AugmentOptions{
                .crop = RandomCrop{.pad = 4}, .flip = RandomFlip{}, .cutout = Cutout{.side = 8}}));
  EXPECT_EQ(
      parse_augment(" crop( 3 , border = black ) , brightness(0.1),contrast(), mixup(alpha=1)"),
      (AugmentOptions{.crop = RandomCrop{.pad = 3, .border = Border::black},
                      .brightness = RandomBrightness{.most = 0.1},
                      .contrast = RandomContrast{},
                      .mixup = Mixup{.alpha = 1.0}}));
  EXPECT_EQ(parse_augment("none"), AugmentOptions{});
}

TEST(AugmentNotation, ReadsBackWhatItWrites) {
  EXPECT_EQ(parse_augment("flip, crop(2)").text(), "crop(pad=2, border=reflect), flip(p=0.5)");
  EXPECT_EQ(AugmentOptions{}.text(), "none");
  for (const char* text : {"none", "resized_crop(0.35, ratio=1.1), flip(0.25), mixup(0.2)",
                           "crop(border=black), brightness, contrast(0.7), cutout"}) {
    const AugmentOptions options = parse_augment(text);
    EXPECT_EQ(parse_augment(options.text()), options) << text;
  }
}

TEST(AugmentNotation, EveryOneIsListedAndCanBeMade) {
  AugmentOptions all;
  for (const AugmentationInfo& info : augmentations()) {
    EXPECT_FALSE(info.fields.empty()) << info.name;
    EXPECT_NE(parse_augment(info.name), AugmentOptions{}) << info.name;
  }
  EXPECT_EQ(augmentations().size(), 7U);
}

TEST(AugmentNotation, SaysWhatItCannotRead) {
  const auto refusal = [](const char* text) {
    const std::string message = message_of(ErrorKind::usage, [&] { (void)parse_augment(text); });
    const std::string start = cat("augment '", text, "': ");
    EXPECT_TRUE(message.starts_with(start)) << message;
    return message.substr(std::min(start.size(), message.size()));
  };
  EXPECT_EQ(refusal("crop(4), flop"), "unknown augmentation 'flop'; did you mean 'flip'?");
  EXPECT_EQ(refusal("crop(padding=4)"),
            "crop: expected one of its options, got 'padding'; known: pad, border");
  EXPECT_EQ(refusal("crop(0)"), "crop: pad: expected a number in [1, 4096], got 0");
  EXPECT_EQ(refusal("crop(4, 5)"), "crop: expected pad=VALUE or another option, got '5'");
  EXPECT_EQ(refusal("crop(border=reflct)"),
            "crop: border: expected one of reflect, black, got 'reflct'; did you mean 'reflect'?");
  EXPECT_EQ(refusal("cutout(half)"), "cutout: side: expected a number in [1, 4096], got 'half'");
  EXPECT_EQ(refusal("flip, flip"), "flip: expected it once, got it twice");
  EXPECT_EQ(refusal("crop, resized_crop"),
            "expected crop or resized_crop, got both; leave one out");
  EXPECT_EQ(refusal("flip,"), "expected the name of an augmentation, got ''");
  EXPECT_EQ(refusal("flip(0.5"), "flip: expected options in parentheses, got '(0.5'");
  EXPECT_EQ(refusal("flip(0.5) x"), "flip: expected options in parentheses, got '(0.5) x'");
}

}  // namespace
}  // namespace onecycle
