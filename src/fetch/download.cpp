#include "onecycle/fetch/download.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

#include "fetch/part_file.h"
#include "fetch/transfer.h"
#include "onecycle/core/error.h"
#include "onecycle/core/sha256.h"
#include "onecycle/core/text.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

constexpr double kLongestWait = 30;

[[noreturn]] void fail_interrupted(const RemoteFile& file) {
  fail(ErrorKind::interrupted, file.name,
       ": interrupted; what arrived stays, and the next download goes on from there");
}

/// `url` without a name and password that it may hold, for messages.
std::string shown(const std::string& url) {
  const auto begin = url.find("://");
  const auto at = url.rfind('@', url.find('/', begin == std::string::npos ? 0 : begin + 3));
  return begin == std::string::npos || at == std::string::npos || at < begin
             ? url
             : cat(url.substr(0, begin + 3), url.substr(at + 1));
}

/// One place to get the file from.
struct Source {
  std::string url;
  std::string why = {};  // how the last try failed
  bool ruled_out = false;
};

/// Gets one file from its sources, asking all of them in turn.
class Download {
 public:
  Download(const RemoteFile& file, const fs::path& path, const DownloadOptions& options)
      : file_(file), path_(path), options_(options), part_(path) {
    sources_.reserve(file.urls.size());
    for (const std::string& url : file.urls) {
      sources_.push_back({.url = url});
    }
  }

  void run();

 private:
  void check_space() const;
  void tell();
  bool ask_all();
  bool ask(Source& source);
  bool accept(Source& source, std::int64_t from);
  void wait(double seconds) const;
  [[nodiscard]] bool any_left() const;
  [[noreturn]] void give_up();

  const RemoteFile& file_;
  const fs::path& path_;
  const DownloadOptions& options_;
  PartFile part_;
  std::vector<Source> sources_;
  std::string untold_;  // the last failure
};

/// Better now than after an hour.
void Download::check_space() const {
  std::error_code error;
  const fs::path folder = path_.parent_path();
  const fs::space_info space = fs::space(folder.empty() ? "." : folder, error);
  const std::int64_t wanted = file_.bytes.value_or(0) - part_.size();
  require(error || std::cmp_greater_equal(space.available, wanted), ErrorKind::internal,
          path_.native(), ": expected room for ", wanted, " bytes, got ", space.available,
          " on this disk");
}

void Download::run() {
  if (part_.sha256() == file_.sha256) {  // stopped between the last byte and its new name
    part_.publish();
    return;
  }
  if (file_.bytes && part_.size() >= *file_.bytes) {
    part_.clear();
  }
  check_space();
  std::int64_t furthest = part_.size();
  int tries = 0;
  double pause = options_.wait;
  while (!ask_all()) {
    // A network that moves, however haltingly, is not given up.
    const bool moved = part_.size() > furthest;
    furthest = std::max(furthest, part_.size());
    tries = moved ? 0 : tries + 1;
    if (!any_left() || tries >= options_.tries) {
      give_up();
    }
    pause = moved ? options_.wait : pause;
    tell();
    wait(pause);
    pause = std::min(2 * pause, kLongestWait);
  }
}

bool Download::ask_all() {
  return std::any_of(sources_.begin(), sources_.end(),
                     [&](Source& source) { return !source.ruled_out && ask(source); });
}

/// A failure is told when it is clear that it will be tried again; the last one is thrown.
void Download::tell() {
  if (options_.note && !untold_.empty()) {
    options_.note(untold_);
  }
  untold_.clear();
}

bool Download::ask(Source& source) {
  tell();
  const std::int64_t from = part_.size();
  const Attempt attempt = transfer(source.url, file_, part_, options_);
  if (attempt.end == Attempt::End::whole) {
    return accept(source, from);
  }
  if (attempt.end == Attempt::End::interrupted) {
    fail_interrupted(file_);
  }
  source.ruled_out = attempt.end == Attempt::End::hopeless;
  source.why = attempt.why;
  untold_ = cat(shown(source.url), ": ", source.why);
  return false;
}

/// Whether these are the bytes that were expected; if so, they get their name.
bool Download::accept(Source& source, std::int64_t from) {
  const std::string got = part_.sha256();
  if (got == file_.sha256) {
    part_.publish();
    return true;
  }
  source.why = cat("expected SHA-256 ", file_.sha256, ", got ", got);
  source.ruled_out = from == 0;  // else the part from before may be to blame
  part_.clear();
  untold_ = cat(shown(source.url), ": ", source.why);
  return false;
}

bool Download::any_left() const {
  return std::any_of(sources_.begin(), sources_.end(),
                     [](const Source& source) { return !source.ruled_out; });
}

void Download::wait(double seconds) const {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end) {
    if (options_.progress && !options_.progress(part_.size(), file_.bytes.value_or(0))) {
      fail_interrupted(file_);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void Download::give_up() {
  std::vector<std::string> reasons;
  reasons.reserve(sources_.size());
  for (const Source& source : sources_) {
    reasons.push_back(cat(shown(source.url), ": ", source.why));
  }
  const bool something = part_.size() > 0;
  if (!something) {
    part_.remove();
  }
  fail(ErrorKind::data, file_.name, ": cannot be downloaded: ", join(reasons, ", "),
       something ? "; try again later, it goes on where it stopped"
                 : "; try again later or from another mirror");
}

/// Whether the whole file is there under its name; another one of that name goes.
bool is_there(const RemoteFile& file, const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return false;
  }
  Sha256 hash;
  std::vector<char> block(1 << 20);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    hash.update(block.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (hash.hex() == file.sha256) {
    return true;
  }
  std::error_code ignored;
  fs::remove(path, ignored);
  return false;
}

}  // namespace

void download(const RemoteFile& file, const fs::path& path, const DownloadOptions& options) {
  require(!file.urls.empty() && file.sha256.size() == 64, ErrorKind::usage, file.name,
          ": expected a URL and a SHA-256 of 64 hexadecimal digits, got ", file.urls.size(),
          " URLs and '", file.sha256, "'");
  if (is_there(file, path)) {
    return;
  }
  Download(file, path, options).run();
}

}  // namespace onecycle
