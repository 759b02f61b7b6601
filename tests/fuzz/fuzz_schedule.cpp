// The notation for schedules: what can be read is written so that it reads as the same, and gives
// finite values >= 0 wherever it is asked.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

#include "fuzz/target.h"
#include "onecycle/schedule/catalogue.h"

namespace onecycle {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::array<std::int64_t, 7> kTotals{1, 2, 3, 10, 1'000, 1'000'000'000, kMost};

/// What a whole run is asked about: only of short ones, for it is answered one by one.
void ask_landmarks(const Schedule& schedule, std::int64_t total) {
  fuzz::may_refuse([&] { schedule.check(total); });
  for (const Iterations& list : {schedule.cycle_ends(total), schedule.jumps(total)}) {
    const bool rising =
        std::adjacent_find(list.begin(), list.end(), std::greater_equal<>{}) == list.end();
    fuzz::expect(rising && (list.empty() || (list.front() > 0 && list.back() <= total)),
                 cat("rising iterations in (0, ", total, "]"));
  }
}

void ask(const Schedule& schedule, std::int64_t iteration, std::int64_t total) {
  const auto fine = [](double x) { return std::isfinite(x) && x >= 0.0; };
  // Factors may be too large for their product: that is refused.
  fuzz::may_refuse([&] {
    const Values values = schedule.at(iteration, total);
    fuzz::expect(fine(values.lr) && fine(values.momentum.value_or(0.0)),
                 cat("finite values >= 0 at ", iteration, " of ", total, ", got lr ", values.lr,
                     ", momentum ", values.momentum.value_or(0.0)));
  });
}

}  // namespace

void fuzz::read(std::string_view text) {
  if (text.find("file") != std::string_view::npos) {
    return;  // of the machine's own files nothing is promised
  }
  // A chain is replayed from its beginning.
  constexpr std::int64_t kShort = 1'000;
  const std::int64_t longest = text.find_first_of("&{") == std::string_view::npos ? kMost : kShort;
  may_refuse([&] {
    const Schedule schedule = parse_schedule(text);
    const std::string written = schedule.text();
    // Not in `may_refuse`'s sense: what we write ourselves must be readable.
    std::string again;
    try {
      again = parse_schedule(written).text();
    } catch (const Error& error) {
      again = error.what();
    }
    expect(again == written, cat("'", written, "', read again and written, got '", again, "'"));
    for (const std::int64_t total : kTotals) {
      if (total > longest) {
        break;
      }
      if (total <= kShort) {
        ask_landmarks(schedule, total);
      }
      const std::int64_t beyond = total < kMost ? total + 1 : total;
      for (const std::int64_t iteration :
           {std::int64_t{0}, std::int64_t{1}, total / 2, total, beyond}) {
        ask(schedule, iteration, total);
      }
    }
  });
}

}  // namespace onecycle
