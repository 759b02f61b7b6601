#include "onecycle/core/memory.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>

#include <vector>

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

TEST(KeepFreedMemory, TheNextBlockIsThere) {
#if !defined(__GLIBC__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "another allocator is in use";
#endif
  constexpr std::size_t kBytes = 64 << 20;
  constexpr std::size_t kPage = 4096;
  const auto faults = [] {
    const auto count = [] {
      rusage usage{};
      getrusage(RUSAGE_SELF, &usage);
      return usage.ru_minflt;
    };
    const auto before = count();
    const std::vector<char> block(kBytes, 'x');
    EXPECT_EQ(block[kBytes / 2], 'x');
    return static_cast<std::size_t>(count() - before);
  };
  ASSERT_TRUE(keep_freed_memory());
  faults();
  EXPECT_LT(faults(), kBytes / kPage / 10);
}

}  // namespace
}  // namespace onecycle
