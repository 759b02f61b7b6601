#include "jobs/download_progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "onecycle/core/text.h"
#include "onecycle/report/live_line.h"
#include "onecycle/report/terminal.h"

namespace onecycle::cli {
namespace {

constexpr std::chrono::milliseconds kInterval{100};

}  // namespace

DownloadProgress::~DownloadProgress() { erase(); }

void DownloadProgress::show(const FetchProgress& now) {
  const auto time = Clock::now();
  if (now.doing != doing_ || now.done < before_) {  // another file, or this one anew
    doing_ = now.doing;
    since_ = time;
    before_ = now.done;
  }
  const Terminal terminal = quiet_ || time < next_draw_ ? Terminal{} : terminal_of(stderr);
  if (!terminal.live) {
    return;
  }
  next_draw_ = time + kInterval;
  const double seconds = std::chrono::duration<double>(time - since_).count();
  const double rate = static_cast<double>(now.done - before_) / std::max(seconds, 1e-3);
  std::vector<std::string> pieces{format_bytes(now.done)};
  if (now.total > 0) {
    pieces.front() += cat(" of ", format_bytes(now.total));
  }
  if (rate > 0) {
    pieces.push_back(cat(format_bytes(std::llround(rate)), "/s"));
  }
  if (rate > 0 && now.total > now.done) {
    pieces.push_back(time_left(static_cast<double>(now.total - now.done) / rate));
  }
  const double part =
      now.total > 0 ? static_cast<double>(now.done) / static_cast<double>(now.total) : 0.0;
  std::fputs((kEraseLine + live_line(now.doing, part, pieces, terminal)).c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

void DownloadProgress::note(const std::string& what) {
  if (!quiet_) {
    erase();
    std::fprintf(stderr, "%s; trying again\n", what.c_str());
  }
}

void DownloadProgress::erase() {
  if (drawn_) {
    std::fputs(kEraseLine, stderr);
    std::fflush(stderr);
    drawn_ = false;
  }
}

}  // namespace onecycle::cli
