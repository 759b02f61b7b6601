#include "onecycle/fetch/download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fetch/http_server.h"
#include "onecycle/core/files.h"
#include "onecycle/core/sha256.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// Bytes that differ from place to place.
std::string some_bytes(std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) {
    bytes += static_cast<char>((i * 131 + i / 251) % 256);
  }
  return bytes;
}

class Download : public ::testing::Test {
 protected:
  [[nodiscard]] RemoteFile file(std::vector<std::string> urls) const {
    return {.name = "set.bin",
            .urls = std::move(urls),
            .bytes = static_cast<std::int64_t>(body.size()),
            .sha256 = sha256(body)};
  }
  [[nodiscard]] fs::path path() const { return folder.path() / "set.bin"; }
  [[nodiscard]] fs::path part() const { return folder.path() / "set.bin.part"; }
  [[nodiscard]] DownloadOptions quick() {
    return {
        .stall_timeout = 0.5, .tries = 3, .wait = 0.01, .note = [this](const std::string& what) {
          notes.push_back(what);
        }};
  }
  std::string refused(std::vector<std::string> urls) {
    return message_of(ErrorKind::data, [&] { download(file(std::move(urls)), path(), quick()); });
  }

  TempFolder folder;
  std::string body = some_bytes(300'000);
  std::vector<std::string> notes;
};

TEST_F(Download, BringsEveryByteAndLeavesNothingElse) {
  const HttpServer server(
      [&](const Request& request) { return Reply{good_answer(request, body)}; });
  download(file({server.url() + "/a/set.bin"}), path(), quick());
  EXPECT_EQ(read_file(path()), body);
  EXPECT_FALSE(fs::exists(part()));
  ASSERT_EQ(server.requests().size(), 1);
  EXPECT_EQ(server.requests()[0].path(), "/a/set.bin");
}

TEST_F(Download, ThatIsThereAsksNobody) {
  write_file(path(), body);
  download(file({"http://127.0.0.1:1/set.bin"}), path(), quick());
  EXPECT_EQ(read_file(path()), body);
}

TEST_F(Download, GoesOnWhereTheConnectionWasCut) {
  const HttpServer server([&](const Request& request) {
    const std::string all = good_answer(request, body);
    return Reply{request.from() == 0 ? all.substr(0, all.size() - 100'000) : all};
  });
  download(file({server.url()}), path(), quick());
  EXPECT_EQ(read_file(path()), body);
  ASSERT_EQ(server.requests().size(), 2);
  EXPECT_EQ(server.requests()[1].from(), 200'000);
  ASSERT_EQ(notes.size(), 1);
  EXPECT_THAT(notes[0], HasSubstr(": the connection was cut after 200000 bytes"));
}

TEST_F(Download, GoesOnAfterMoreCutsThanThereAreTriesWhileItMoves) {
  const HttpServer server([&](const Request& request) {
    const std::string all = good_answer(request, body);
    const std::size_t head = all.find("\r\n\r\n") + 4;
    return Reply{all.substr(0, head + 40'000)};
  });
  download(file({server.url()}), path(), quick());
  EXPECT_EQ(read_file(path()), body);
  EXPECT_EQ(server.requests().size(), 8);
}

TEST_F(Download, BeginsAnewWhereTheServerDoesNotResume) {
  write_file(part(), body.substr(0, 1000));
  const HttpServer server([&](const Request&) { return Reply{http("200 OK", body.size(), body)}; });
  download(file({server.url()}), path(), quick());
  EXPECT_EQ(read_file(path()), body);
  EXPECT_EQ(server.requests()[0].from(), 1000);
}

TEST_F(Download, BeginsAnewWhereTheServerSendsAnotherPiece) {
  write_file(part(), body.substr(0, 1000));
  const HttpServer server([&](const Request& request) {
    return Reply{
        request.from() == 0
            ? good_answer(request, body)
            : http("206 Partial Content", body.size() - 900, body.substr(900),
                   cat("Content-Range: bytes 900-", body.size() - 1, "/", body.size(), "\r\n"))};
  });
  download(file({server.url()}), path(), quick());
  EXPECT_EQ(read_file(path()), body);
  EXPECT_THAT(notes.at(0), HasSubstr("expected the bytes from 1000 on, got 'bytes 900-"));
}

TEST_F(Download, BeginsAnewWhereThePartIsOfAnotherFile) {
  write_file(part(), std::string(1000, 'x'));
  const HttpServer server(
      [&](const Request& request) { return Reply{good_answer(request, body)}; });
  download(file({server.url()}), path(), quick());
  EXPECT_EQ(read_file(path()), body);
  EXPECT_THAT(notes.at(0), HasSubstr("expected SHA-256 "));
  EXPECT_EQ(server.requests().size(), 2);
}

TEST_F(Download, APartThatIsWholeOnlyGetsItsName) {
  write_file(part(), body);
  download(file({"http://127.0.0.1:1/set.bin"}), path(), quick());
  EXPECT_EQ(read_file(path()), body);
}

TEST_F(Download, AStallIsNotWaitedFor) {
  const HttpServer server([&](const Request& request) {
    const std::string all = good_answer(request, body);
    return request.from() == 0 ? Reply{all.substr(0, all.size() / 2), /*hangs=*/true} : Reply{all};
  });
  DownloadOptions options = quick();
  options.stall_timeout = 0.5;
  download(file({server.url()}), path(), options);
  EXPECT_EQ(read_file(path()), body);
  EXPECT_THAT(notes.at(0), HasSubstr("nothing came for 0.5 s after "));
}

TEST_F(Download, AServerThatIsOverloadedIsAskedAgain) {
  int asked = 0;
  const HttpServer server([&](const Request& request) {
    return Reply{++asked < 3 ? http("503 Service Unavailable", 2, "no")
                             : good_answer(request, body)};
  });
  download(file({server.url()}), path(), quick());
  EXPECT_EQ(read_file(path()), body);
  EXPECT_THAT(notes.at(1), HasSubstr("the server answers 503"));
}

TEST_F(Download, AMirrorHelpsOut) {
  const HttpServer lacks([](const Request&) { return Reply{http("404 Not Found", 2, "no")}; });
  const HttpServer has([&](const Request& request) { return Reply{good_answer(request, body)}; });
  download(file({lacks.url(), "http://127.0.0.1:1/", has.url()}), path(), quick());
  EXPECT_EQ(read_file(path()), body);
  EXPECT_EQ(lacks.requests().size(), 1);
}

TEST_F(Download, WrongBytesAreNamedAndRemoved) {
  std::string wrong = body;
  wrong[1234] ^= 1;
  const HttpServer server(
      [&](const Request& request) { return Reply{good_answer(request, wrong)}; });
  EXPECT_EQ(refused({server.url()}),
            cat("set.bin: cannot be downloaded: ", server.url(), ": expected SHA-256 ",
                sha256(body), ", got ", sha256(wrong), "; try again later or from another mirror"));
  EXPECT_TRUE(fs::is_empty(folder.path()));
  EXPECT_EQ(server.requests().size(), 1);
}

TEST_F(Download, ALengthThatIsWrongIsRefusedBeforeTheBytes) {
  for (const std::size_t length : {std::size_t{1000}, std::size_t{10'000'000}}) {
    const HttpServer server([&](const Request&) { return Reply{http("200 OK", length, body)}; });
    EXPECT_THAT(refused({server.url()}),
                HasSubstr(cat("expected 300000 bytes, the server announces ", length)));
    EXPECT_TRUE(fs::is_empty(folder.path()));
  }
}

TEST_F(Download, APageInPlaceOfTheRestDoesNotCostThePart) {
  write_file(part(), body.substr(0, 1000));
  const HttpServer server([](const Request&) { return Reply{http("200 OK", 5, "login")}; });
  EXPECT_THAT(refused({server.url()}), HasSubstr("; try again later, it goes on where it stopped"));
  EXPECT_EQ(read_file(part()), body.substr(0, 1000));
}

TEST_F(Download, AServerThatSendsMoreIsCutOff) {
  const HttpServer server([&](const Request&) {
    return Reply{cat("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", body, body)};
  });
  EXPECT_THAT(refused({server.url()}), HasSubstr("expected 300000 bytes, the server sends more"));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST_F(Download, RedirectsEnd) {
  const HttpServer server(
      [](const Request&) { return Reply{http("302 Found", 0, "", "Location: /again\r\n")}; });
  EXPECT_THAT(refused({server.url()}), HasSubstr("Maximum (10) redirects followed"));
  EXPECT_EQ(server.requests().size(), 11);
}

TEST_F(Download, ASecretInAUrlIsNotTold) {
  const HttpServer server([](const Request&) { return Reply{http("404 Not Found", 2, "no")}; });
  const std::string host = server.url().substr(7);
  const std::string message = refused({"http://me:secret@" + host + "/set.bin"});
  EXPECT_THAT(message, HasSubstr("http://" + host + "/set.bin: the server answers 404"));
  EXPECT_THAT(message, ::testing::Not(HasSubstr("secret")));
}

TEST_F(Download, WithoutAServerTheReasonIsTold) {
  EXPECT_THAT(refused({"http://127.0.0.1:1/set.bin"}),
              HasSubstr("http://127.0.0.1:1/set.bin: Failed to connect to 127.0.0.1 port 1"));
  EXPECT_EQ(notes.size(), 2);  // the third failure is thrown
}

TEST_F(Download, AnInterruptionKeepsWhatCame) {
  const HttpServer server([&](const Request& request) {
    const std::string all = good_answer(request, body);
    return Reply{all.substr(0, all.size() / 2), /*hangs=*/true};
  });
  DownloadOptions options = quick();
  options.progress = [](std::int64_t done, std::int64_t total) {
    EXPECT_TRUE(total == 300'000 || done == 0);
    return done < 100'000;
  };
  const std::string message =
      message_of(ErrorKind::interrupted, [&] { download(file({server.url()}), path(), options); });
  EXPECT_EQ(message,
            "set.bin: interrupted; what arrived stays, and the next download goes on from there");
  EXPECT_GE(fs::file_size(part()), 100'000);
}

TEST_F(Download, TheSizeNeedNotBeKnown) {
  RemoteFile unknown = file({});
  unknown.bytes.reset();
  const HttpServer server([&](const Request& request) {
    const std::string all = good_answer(request, body);
    return Reply{request.from() == 0 ? all.substr(0, all.size() - 1000) : all};
  });
  unknown.urls = {server.url()};
  download(unknown, path(), quick());
  EXPECT_EQ(read_file(path()), body);
}

TEST_F(Download, AFolderThatIsNotThereIsTheUsersToMake) {
  EXPECT_THAT(message_of(ErrorKind::usage,
                         [&] { download(file({"http://127.0.0.1:1/"}), path() / "x", quick()); }),
              HasSubstr("set.bin/x.part: cannot be written: No such file or directory"));
}

}  // namespace
}  // namespace onecycle
