#include "onecycle/data/contact_sheet.h"

#include <gtest/gtest.h>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

TEST(ContactSheet, LaysImagesOutRowByRow) {
  torch::Tensor images = at::zeros({3, 3, 2, 4}, torch::kByte);
  for (int i = 0; i < 3; ++i) {
    images[i].fill_(10 * (i + 1));
  }
  const torch::Tensor sheet = contact_sheet(images, {.columns = 2, .gap = 1});
  EXPECT_EQ(sheet.sizes(), (std::vector<std::int64_t>{3, 2 * 3 + 1, 2 * 5 + 1}));
  const auto at = [&](int y, int x) { return sheet[0][y][x].item<int>(); };
  EXPECT_EQ(at(0, 0), 128);
  EXPECT_EQ(at(1, 1), 10);
  EXPECT_EQ(at(2, 4), 10);
  EXPECT_EQ(at(1, 5), 128);
  EXPECT_EQ(at(1, 6), 20);
  EXPECT_EQ(at(4, 1), 30);
  EXPECT_EQ(at(4, 6), 128) << "nothing is left for the last place";
}

TEST(ContactSheet, EnlargesGreyImages) {
  torch::Tensor image = at::zeros({1, 1, 1, 2}, torch::kByte);
  image[0][0][0][1] = 200;
  const torch::Tensor sheet = contact_sheet(image, {.gap = 0, .scale = 3});
  EXPECT_EQ(sheet.sizes(), (std::vector<std::int64_t>{3, 3, 6}));
  for (int channel = 0; channel < 3; ++channel) {
    EXPECT_EQ(sheet[channel][2][2].item<int>(), 0);
    EXPECT_EQ(sheet[channel][0][3].item<int>(), 200);
  }
}

TEST(ContactSheet, RefusesWhatIsNoImage) {
  try {
    contact_sheet(at::zeros({2, 3, 4, 4}));
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "contact sheet: expected uint8 images [n, 1 or 3, height, width], got a tensor of 4 "
              "dimensions");
  }
}

}  // namespace
}  // namespace onecycle
