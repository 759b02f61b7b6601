// A server on this machine that answers what a test wants, true or not.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "onecycle/core/text.h"

namespace onecycle {

struct Request {
  std::string text;  ///< all of its head

  [[nodiscard]] std::string path() const {
    const auto begin = text.find(' ') + 1;
    return text.substr(begin, text.find(' ', begin) - begin);
  }
  /// Where the wanted piece begins; 0 if all is wanted.
  [[nodiscard]] std::size_t from() const {
    const auto at = text.find("Range: bytes=");
    return at == std::string::npos ? 0 : std::stoul(text.substr(at + 13));
  }
};

struct Reply {
  std::string bytes;   ///< as they go over the wire, head and body
  bool hangs = false;  ///< the connection stays open until the client has enough of it
};

/// Answers requests one after another, and then closes the connection.
class HttpServer {
 public:
  using Answer = std::function<Reply(const Request&)>;

  explicit HttpServer(Answer answer) : answer_(std::move(answer)) {
    ::setenv("no_proxy", "127.0.0.1", /*overwrite=*/1);  // whatever the environment says
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);  // NOLINT: as the system wants it
    if (listener_ < 0 || ::bind(listener_, any, size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, any, &size) != 0) {
      throw std::runtime_error("no server for the test");
    }
    url_ = cat("http://127.0.0.1:", ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer() {
    ends_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] std::vector<Request> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    while (!ends_) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection >= 0) {
        talk(connection);
        ::close(connection);
      }
    }
  }

  void talk(int connection) {
    Request request;
    std::array<char, 4096> block{};
    while (request.text.find("\r\n\r\n") == std::string::npos) {
      const auto got = ::recv(connection, block.data(), block.size(), 0);
      if (got <= 0) {
        return;
      }
      request.text.append(block.data(), static_cast<std::size_t>(got));
    }
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(request);
    }
    const Reply reply = answer_(request);
    std::string_view rest = reply.bytes;
    while (!rest.empty()) {
      const auto sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return;
      }
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    while (reply.hangs && ::recv(connection, block.data(), block.size(), 0) > 0) {
    }
  }

  Answer answer_;
  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string url_;
  std::atomic<bool> ends_ = false;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::thread thread_;
};

/// An answer with a length and a body, which need not agree.
inline std::string http(std::string_view status, std::size_t length, std::string_view body,
                        std::string_view more = "") {
  return cat("HTTP/1.1 ", status, "\r\nContent-Length: ", length, "\r\nConnection: close\r\n", more,
             "\r\n", body);
}

/// What a good server answers: all of `body`, or the rest that was asked for.
inline std::string good_answer(const Request& request, std::string_view body) {
  const std::size_t from = request.from();
  if (from == 0) {
    return http("200 OK", body.size(), body);
  }
  return http("206 Partial Content", body.size() - from, body.substr(from),
              cat("Content-Range: bytes ", from, "-", body.size() - 1, "/", body.size(), "\r\n"));
}

}  // namespace onecycle
