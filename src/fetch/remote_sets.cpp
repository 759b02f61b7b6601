#include "onecycle/fetch/remote_sets.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/fetch/unpack.h"

namespace onecycle {
namespace {

struct Fact {
  std::string name;
  std::int64_t bytes;
  std::string sha256;
};

/// The files with the URLs at which each of `places` has them.
std::vector<RemoteFile> files_at(const std::vector<std::string>& places,
                                 const std::vector<Fact>& facts) {
  std::vector<RemoteFile> files;
  for (const Fact& fact : facts) {
    RemoteFile file{.name = fact.name, .urls = {}, .bytes = fact.bytes, .sha256 = fact.sha256};
    for (const std::string& place : places) {
      file.urls.push_back(cat(place, "/", fact.name));
    }
    files.push_back(std::move(file));
  }
  return files;
}

constexpr const char* kIdxFolder = "IDX files, compressed: train-* and t10k-*, images and labels";

RemoteSet mnist() {
  return {.name = "mnist",
          .what = "handwritten digits, 28x28 grey images, 10 classes",
          .examples = "60000 + 10000",
          .files = files_at({"https://storage.googleapis.com/cvdf-datasets/mnist",
                             "https://ossci-datasets.s3.amazonaws.com/mnist"},
                            {{"train-images-idx3-ubyte.gz", 9912422,
                              "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
                             {"train-labels-idx1-ubyte.gz", 28881,
                              "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
                             {"t10k-images-idx3-ubyte.gz", 1648877,
                              "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
                             {"t10k-labels-idx1-ubyte.gz", 4542,
                              "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"}}),
          .holds = kIdxFolder,
          .credit = "Y. LeCun, C. Cortes and C. J. C. Burges, http://yann.lecun.com/exdb/mnist",
          .licence = "CC BY-SA 3.0"};
}

RemoteSet fashion_mnist() {
  return {
      .name = "fashion_mnist",
      .what = "clothes, 28x28 grey images, 10 classes",
      .examples = "60000 + 10000",
      .files = files_at(
          {"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
           "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"},
          {{"train-images-idx3-ubyte.gz", 26421880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
           {"train-labels-idx1-ubyte.gz", 29515,
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
           {"t10k-images-idx3-ubyte.gz", 4422102,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
           {"t10k-labels-idx1-ubyte.gz", 5148,
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"}}),
      .holds = kIdxFolder,
      .credit = "H. Xiao, K. Rasul and R. Vollgraf (Zalando Research), arXiv:1708.07747",
      .licence = "MIT"};
}

constexpr const char* kCifarCredit =
    "A. Krizhevsky, \"Learning Multiple Layers of Features from Tiny Images\", 2009, "
    "https://www.cs.toronto.edu/~kriz/cifar.html";
constexpr const char* kNoLicence = "none stated; the author asks to be cited";

RemoteSet cifar10() {
  return {
      .name = "cifar10",
      .what = "things and animals, 32x32 colour images, 10 classes",
      .examples = "50000 + 10000",
      .files = files_at({"https://www.cs.toronto.edu/~kriz",
                         "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10"},
                        {{"cifar-10-binary.tar.gz", 170052171,
                          "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}}),
      .unpacks = true,
      .unpacked_bytes = 190'000'000,
      .holds = "data_batch_1.bin to 5, test_batch.bin, batches.meta.txt",
      .credit = kCifarCredit,
      .licence = kNoLicence};
}

RemoteSet cifar100() {
  return {.name = "cifar100",
          .what = "things and animals, 32x32 colour images, 100 classes",
          .examples = "50000 + 10000",
          .files = files_at({"https://www.cs.toronto.edu/~kriz"},
                            {{"cifar-100-binary.tar.gz", 168513733,
                              "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"}}),
          .unpacks = true,
          .unpacked_bytes = 190'000'000,
          .holds = "train.bin, test.bin, fine_label_names.txt, coarse_label_names.txt",
          .credit = kCifarCredit,
          .licence = kNoLicence};
}

RemoteSet imagenette() {
  return {.name = "imagenette",
          .what = "ten easy classes of ImageNet, JPEG, the shorter side 160 pixels",
          .examples = "9469 + 3925",
          .files = files_at({"https://s3.amazonaws.com/fast-ai-imageclas"},
                            {{"imagenette2-160.tgz", 98948031,
                              "88daccb09b6fce93f45e6c09ddeb269cce705549e6bff322092a2a5a11489863"}}),
          .unpacks = true,
          .unpacked_bytes = 400'000'000,
          .holds = "train/CLASS/*.JPEG, val/CLASS/*.JPEG",
          .credit =
              "J. Howard, https://github.com/fastai/imagenette, from ImageNet (J. Deng et "
              "al., CVPR 2009)",
          .licence = "that of ImageNet: for research and teaching, not for commerce"};
}

void check_scheme(const std::string& url) {
  require(url.starts_with("https://") || url.starts_with("http://"), ErrorKind::usage, "'", url,
          "': expected a URL that begins with https:// or http://");
}

bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

/// The last piece of the path of `url`, if that can be the name of a file.
std::string file_name(const std::string& url) {
  const std::string path = url.substr(0, url.find_first_of("?#"));
  std::string name = path.substr(path.rfind('/') + 1);
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == '+';
  });
  require(plain && !name.empty() && name.front() != '.' &&
              std::count(path.begin(), path.end(), '/') > 2,
          ErrorKind::usage, "'", url, "': expected a URL that ends in the name of a file");
  return name;
}

}  // namespace

const std::vector<RemoteSet>& remote_sets() {
  static const std::vector<RemoteSet> all{mnist(), fashion_mnist(), cifar10(), cifar100(),
                                          imagenette()};
  return all;
}

const RemoteSet& remote_set(std::string_view name) {
  std::vector<std::string> names;
  names.reserve(remote_sets().size());
  for (const RemoteSet& set : remote_sets()) {
    if (set.name == name) {
      return set;
    }
    names.push_back(set.name);
  }
  fail(ErrorKind::usage, "unknown data set '", name, "'", suggest_name(name, names));
}

std::optional<std::int64_t> download_bytes(const RemoteSet& set) {
  std::int64_t sum = 0;
  for (const RemoteFile& file : set.files) {
    if (!file.bytes) {
      return std::nullopt;
    }
    sum += *file.bytes;
  }
  return sum;
}

RemoteSet set_at(const std::string& url, std::string sha256, std::optional<std::int64_t> bytes) {
  check_scheme(url);
  const std::string name = file_name(url);
  require(sha256.size() == 64 && std::all_of(sha256.begin(), sha256.end(), is_hex),
          ErrorKind::usage, "'", url, "': expected a SHA-256 of 64 hexadecimal digits, got '",
          sha256, "'; ask who publishes the file, or run sha256sum on a copy that you trust");
  std::transform(sha256.begin(), sha256.end(), sha256.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string stem(is_archive(name) ? without_archive_ending(name)
                                          : name.substr(0, name.rfind('.')));
  return {.name = stem,
          .files = {{.name = name, .urls = {url}, .bytes = bytes, .sha256 = std::move(sha256)}},
          .unpacks = is_archive(name)};
}

RemoteSet from_mirrors(RemoteSet set, const std::vector<std::string>& mirrors) {
  for (RemoteFile& file : set.files) {
    file.urls.clear();
    for (const std::string& mirror : mirrors) {
      check_scheme(mirror);
      file.urls.push_back(cat(mirror, mirror.ends_with('/') ? "" : "/", file.name));
    }
  }
  return set;
}

}  // namespace onecycle
