// Shows on standard error how far a download is.
#pragma once

#include <chrono>
#include <string>

#include "onecycle/fetch/fetch.h"

namespace onecycle::cli {

/// A live line in a terminal; elsewhere nothing but notes.
class DownloadProgress {
 public:
  explicit DownloadProgress(bool quiet) : quiet_(quiet) {}
  DownloadProgress(const DownloadProgress&) = delete;
  DownloadProgress& operator=(const DownloadProgress&) = delete;
  ~DownloadProgress();  ///< erases the live line

  /// For `FetchOptions::progress`: draws, ten times a second at most.
  void show(const FetchProgress& now);
  /// For `DownloadOptions::note`: a line that stays.
  void note(const std::string& what);

 private:
  using Clock = std::chrono::steady_clock;

  void erase();

  bool quiet_;
  bool drawn_ = false;
  Clock::time_point next_draw_ = Clock::now();
  std::string doing_;  // since when, and with how many bytes, the rate is reckoned
  Clock::time_point since_;
  std::int64_t before_ = 0;
};

}  // namespace onecycle::cli
