#include "onecycle/fetch/remote_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "onecycle/fetch/unpack.h"
#include "support/message.h"

namespace onecycle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kHash(64, 'a');

TEST(RemoteSets, EachSaysAllThatAUserNeeds) {
  std::set<std::string> hashes;
  for (const RemoteSet& set : remote_sets()) {
    SCOPED_TRACE(set.name);
    for (const std::string& text : {set.what, set.examples, set.holds, set.credit, set.licence}) {
      EXPECT_FALSE(text.empty());
    }
    EXPECT_EQ(set.unpacks, set.unpacked_bytes.has_value());
    EXPECT_TRUE(download_bytes(set));
    for (const RemoteFile& file : set.files) {
      EXPECT_TRUE(hashes.insert(file.sha256).second) << file.name;
      EXPECT_EQ(file.sha256.size(), 64);
      EXPECT_EQ(file.sha256.find_first_not_of("0123456789abcdef"), std::string::npos);
      EXPECT_TRUE(is_archive(file.name));
      EXPECT_TRUE(file.urls.at(0).starts_with("https://"));
      for (const std::string& url : file.urls) {
        EXPECT_TRUE(url.ends_with("/" + file.name)) << url;
      }
    }
  }
}

TEST(RemoteSets, AnUnknownOneNamesTheNearest) {
  EXPECT_EQ(remote_set("cifar10").name, "cifar10");
  EXPECT_EQ(message_of(ErrorKind::usage, [] { remote_set("fashion-mnist"); }),
            "unknown data set 'fashion-mnist'; did you mean 'fashion_mnist'?");
}

TEST(RemoteSets, MirrorsHoldTheFilesUnderTheirNames) {
  const RemoteSet set = from_mirrors(remote_set("mnist"), {"http://a/b", "https://c/"});
  EXPECT_THAT(set.files.at(1).urls, ElementsAre("http://a/b/train-labels-idx1-ubyte.gz",
                                                "https://c/train-labels-idx1-ubyte.gz"));
  EXPECT_EQ(set.files.at(1).sha256, remote_set("mnist").files.at(1).sha256);
  EXPECT_EQ(message_of(ErrorKind::usage, [] { from_mirrors(remote_set("mnist"), {"ftp://a"}); }),
            "'ftp://a': expected a URL that begins with https:// or http://");
}

TEST(RemoteSets, AnyUrlIsASet) {
  const RemoteSet set = set_at("https://host/of/pets.tar.gz?version=2", std::string(64, 'A'), 7);
  EXPECT_EQ(set.name, "pets");
  EXPECT_TRUE(set.unpacks);
  EXPECT_EQ(set.files.at(0).name, "pets.tar.gz");
  EXPECT_EQ(set.files.at(0).sha256, kHash);
  EXPECT_THAT(set.files.at(0).urls, ElementsAre("https://host/of/pets.tar.gz?version=2"));
  EXPECT_EQ(download_bytes(set), 7);
  EXPECT_FALSE(set_at("http://host/table.csv", kHash).unpacks);
  EXPECT_EQ(download_bytes(set_at("http://host/table.csv", kHash)), std::nullopt);
}

TEST(RemoteSets, AUrlMustEndInTheNameOfAFile) {
  for (const char* url : {"https://host", "https://host/", "https://host/a/", "https://host/..",
                          "https://host/.x", "https://host/a%2f..", "https://host/?x=/y.tgz"}) {
    EXPECT_EQ(message_of(ErrorKind::usage, [&] { set_at(url, kHash); }),
              cat("'", url, "': expected a URL that ends in the name of a file"));
  }
}

TEST(RemoteSets, AUrlNeedsItsHash) {
  for (const std::string& hash : {std::string(), kHash + "a", std::string(64, 'g')}) {
    EXPECT_THAT(
        message_of(ErrorKind::usage, [&] { set_at("https://host/a.zip", hash); }),
        HasSubstr(cat("expected a SHA-256 of 64 hexadecimal digits, got '", hash, "'; ask")));
  }
}

}  // namespace
}  // namespace onecycle
