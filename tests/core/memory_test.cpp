#include "onecycle/core/memory.h"

#include <gtest/gtest.h>
#include <sys/sysinfo.h>

namespace onecycle {
namespace {

TEST(AvailableMemory, IsPartOfWhatTheMachineHas) {
  struct sysinfo facts {};
  ASSERT_EQ(sysinfo(&facts), 0);
  const auto total = static_cast<std::int64_t>(facts.totalram) * facts.mem_unit;
  const auto available = available_memory();
  ASSERT_TRUE(available);
  EXPECT_GT(*available, 1 << 20);
  EXPECT_LE(*available, total);
}

}  // namespace
}  // namespace onecycle
