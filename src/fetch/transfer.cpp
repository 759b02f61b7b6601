#include "fetch/transfer.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string_view>

#include "fetch/content_range.h"
#include "onecycle/core/error.h"
#include "onecycle/core/text.h"

namespace onecycle {
namespace {

using Clock = std::chrono::steady_clock;

constexpr long kMostRedirects = 10;
/// Fewer bytes than these within the stall timeout are a stall.
constexpr std::int64_t kTrickle = 1024;

struct FreeCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using CurlHandle = std::unique_ptr<CURL, FreeCurl>;

CurlHandle make_handle() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  CurlHandle handle(ready ? curl_easy_init() : nullptr);
  require(handle != nullptr, ErrorKind::internal, "download: the network library failed to start");
  return handle;
}

long status_of(CURL* handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

bool overloaded(long status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

bool may_pass(CURLcode code) {
  constexpr std::array kPassing{CURLE_COULDNT_RESOLVE_PROXY,
                                CURLE_COULDNT_RESOLVE_HOST,
                                CURLE_COULDNT_CONNECT,
                                CURLE_PARTIAL_FILE,
                                CURLE_OPERATION_TIMEDOUT,
                                CURLE_SSL_CONNECT_ERROR,
                                CURLE_GOT_NOTHING,
                                CURLE_SEND_ERROR,
                                CURLE_RECV_ERROR,
                                CURLE_HTTP2,
                                CURLE_HTTP2_STREAM};
  return std::find(kPassing.begin(), kPassing.end(), code) != kPassing.end();
}

/// A file of certificates to trust, from the variables that other programs heed: where a network
/// inspects what is encrypted, it signs with a certificate of its own.
const char* trusted_file() {
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return value;
    }
  }
  return nullptr;
}

/// One transfer under way; libcurl calls it back.
class Transfer {
 public:
  Transfer(const RemoteFile& file, PartFile& part, const DownloadOptions& options)
      : file_(file), part_(part), options_(options), asked_from_(part.size()) {}

  Attempt run(const std::string& url);

 private:
  static std::size_t on_bytes(char* bytes, std::size_t /*one*/, std::size_t count, void* self);
  static int on_progress(void* self, curl_off_t /*total*/, curl_off_t /*now*/,
                         curl_off_t /*up_total*/, curl_off_t /*up*/);

  void prepare(const std::string& url);
  void begin_body();
  void begin_rest();
  void take(std::string_view bytes);
  bool goes_on();
  Attempt judge(CURLcode code) const;
  void refuse(Attempt::End end, std::string why) { refusal_ = {end, std::move(why)}; }
  [[nodiscard]] bool refused() const { return refusal_.end != Attempt::End::whole; }

  const RemoteFile& file_;
  PartFile& part_;
  const DownloadOptions& options_;
  std::int64_t asked_from_;
  CurlHandle handle_ = make_handle();
  std::array<char, CURL_ERROR_SIZE> complaint_{};
  bool began_ = false;
  std::int64_t total_ = 0;
  Clock::time_point moved_ = Clock::now();  // when it was last seen to move
  std::int64_t moved_size_ = 0;
  Attempt refusal_;           // what we refused, if we did
  std::exception_ptr error_;  // what we failed in
};

void Transfer::prepare(const std::string& url) {
  CURL* handle = handle_.get();
  const bool safe = url.starts_with("https:");
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, safe ? "https" : "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, kMostRedirects);
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "onecycle");
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::lround(options_.connect_timeout * 1000)));
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, complaint_.data());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Transfer::on_bytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, this);
  if (const char* trusted = trusted_file(); trusted != nullptr) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, trusted);
  }
  if (asked_from_ > 0) {
    // Not CURLOPT_RESUME_FROM: that gives up where a server sends the whole file instead.
    curl_easy_setopt(handle, CURLOPT_RANGE, cat(asked_from_, "-").c_str());
  }
}

std::size_t Transfer::on_bytes(char* bytes, std::size_t /*one*/, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    transfer.take({bytes, count});
  } catch (...) {  // may not pass through libcurl
    transfer.error_ = std::current_exception();
  }
  return transfer.error_ || transfer.refused() ? 0 : count;
}

int Transfer::on_progress(void* self, curl_off_t /*total*/, curl_off_t /*now*/,
                          curl_off_t /*up_total*/, curl_off_t /*up*/) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    return transfer.goes_on() ? 0 : 1;
  } catch (...) {
    transfer.error_ = std::current_exception();
    return 1;
  }
}

/// The answer to a request for the rest: that piece, or the file from the beginning. The size and
/// the hash of the whole are known, so that nothing else need be compared (an ETag, a date).
void Transfer::begin_rest() {
  curl_header* header = nullptr;
  const bool given =
      curl_easy_header(handle_.get(), "Content-Range", 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
  const auto range = parse_content_range(given ? header->value : "");
  if (!range || range->first != asked_from_ ||
      (file_.bytes && range->total && *range->total != *file_.bytes)) {
    part_.clear();
    refuse(Attempt::End::may_pass, cat("expected the bytes from ", asked_from_, " on, got '",
                                       given ? header->value : "", "'"));
    return;
  }
  total_ = range->total.value_or(total_);
}

void Transfer::begin_body() {
  began_ = true;
  total_ = file_.bytes.value_or(0);
  const bool rest = status_of(handle_.get()) == 206 && asked_from_ > 0;
  if (rest) {
    begin_rest();
  }
  curl_off_t announced = -1;
  curl_easy_getinfo(handle_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  if (!refused() && announced >= 0) {
    total_ = (rest ? asked_from_ : 0) + announced;
    if (file_.bytes && total_ != *file_.bytes) {  // a page about an error, mostly
      refuse(Attempt::End::hopeless,
             cat("expected ", *file_.bytes, " bytes, the server announces ", total_));
    }
  }
  if (!refused() && !rest && part_.size() > 0) {
    part_.clear();
  }
}

void Transfer::take(std::string_view bytes) {
  if (!began_) {
    begin_body();
  }
  if (refused()) {
    return;
  }
  if (file_.bytes && part_.size() + static_cast<std::int64_t>(bytes.size()) > *file_.bytes) {
    part_.clear();
    refuse(Attempt::End::hopeless, cat("expected ", *file_.bytes, " bytes, the server sends more"));
    return;
  }
  part_.append(bytes);
}

bool Transfer::goes_on() {
  if (options_.progress && !options_.progress(part_.size(), total_)) {
    refuse(Attempt::End::interrupted, "interrupted");
    return false;
  }
  const auto now = Clock::now();
  if (part_.size() >= moved_size_ + kTrickle || part_.size() < moved_size_) {
    moved_ = now;
    moved_size_ = part_.size();
  }
  if (std::chrono::duration<double>(now - moved_).count() > options_.stall_timeout) {
    refuse(Attempt::End::may_pass,
           cat("nothing came for ", options_.stall_timeout, " s after ", part_.size(), " bytes"));
    return false;
  }
  return true;
}

Attempt Transfer::judge(CURLcode code) const {
  if (refused()) {
    return refusal_;
  }
  if (code == CURLE_HTTP_RETURNED_ERROR) {
    const long status = status_of(handle_.get());
    if (status == 416 && part_.size() > 0) {
      part_.clear();
      return {Attempt::End::may_pass, "the server knows no such rest of the file"};
    }
    return {overloaded(status) ? Attempt::End::may_pass : Attempt::End::hopeless,
            cat("the server answers ", status)};
  }
  if (code == CURLE_PARTIAL_FILE ||
      (code == CURLE_OK && file_.bytes && part_.size() < *file_.bytes)) {
    return {Attempt::End::may_pass, cat("the connection was cut after ", part_.size(), " bytes")};
  }
  if (code != CURLE_OK) {
    const std::string said(complaint_.data());
    return {may_pass(code) ? Attempt::End::may_pass : Attempt::End::hopeless,
            said.empty() ? curl_easy_strerror(code) : said};
  }
  return {};
}

Attempt Transfer::run(const std::string& url) {
  prepare(url);
  moved_size_ = part_.size();
  const CURLcode code = curl_easy_perform(handle_.get());
  if (error_) {
    std::rethrow_exception(error_);
  }
  return judge(code);
}

}  // namespace

Attempt transfer(const std::string& url, const RemoteFile& file, PartFile& part,
                 const DownloadOptions& options) {
  return Transfer(file, part, options).run(url);
}

}  // namespace onecycle
