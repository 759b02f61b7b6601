#include <optional>

#include "jobs/download_progress.h"
#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/fetch/fetch.h"
#include "program/interrupt.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

struct DownloadFlags {
  std::string what;
  std::string to = "data";
  std::string mirrors;
  std::string sha256;
  std::optional<std::int64_t> bytes;
  double stall_timeout = DownloadOptions{}.stall_timeout;
  std::int64_t tries = DownloadOptions{}.tries;
  bool force = false;
  OutputFlags output;
};

std::vector<std::string> set_names() {
  std::vector<std::string> names;
  names.reserve(remote_sets().size());
  for (const RemoteSet& set : remote_sets()) {
    names.push_back(set.name);
  }
  return names;
}

void add_url_flags(CommandLine& line, DownloadFlags& flags) {
  line.heading("For a URL");
  line.option({.name = "sha256",
               .label = "HASH",
               .help = "what the file must be, in 64 hexadecimal digits",
               .saved = false},
              &flags.sha256);
  line.option({.name = "bytes",
               .label = "N",
               .help = "its size, checked before it arrives",
               .range = {.low = 1},
               .saved = false},
              &flags.bytes);
}

void add_network_flags(CommandLine& line, DownloadFlags& flags) {
  line.heading("Network");
  line.option({.name = "mirror",
               .label = "URL[,URL]",
               .help = "places that hold the files under their names, in place of the public ones",
               .saved = false},
              &flags.mirrors);
  line.option({.name = "stall-timeout",
               .label = "SECONDS",
               .help = "a connection over which nothing comes for so long is given up",
               .range = {.low = 0.1, .high = 3600},
               .saved = false},
              &flags.stall_timeout);
  line.option({.name = "tries",
               .label = "N",
               .help = "times that all places are asked without a further byte",
               .range = {.low = 1, .high = 1000},
               .saved = false},
              &flags.tries);
}

CommandLine download_command_line(DownloadFlags& flags) {
  CommandLine line(
      "data download",
      "Downloads a data set, checks it and unpacks it into DIR/NAME. A download that was cut off\n"
      "or interrupted goes on where it stopped when it is started again. A set that is there\n"
      "already is left alone.",
      "  onecycle data download mnist\n"
      "  onecycle data download cifar10 --to /srv/data --mirror https://mirror.local/cifar\n"
      "  onecycle data download https://host/pets.tgz --sha256 HASH");
  line.operand({.name = "what",
                .label = "NAME|URL",
                .help = cat(join(set_names(), ", "), ", or a file or archive anywhere"),
                .saved = false,
                .choices = set_names()},
               &flags.what);
  line.option(
      {.name = "to", .label = "DIR", .help = "the set becomes a folder in there", .saved = false},
      &flags.to);
  line.option(
      {.name = "force", .help = "download it again, in place of what is there", .saved = false},
      &flags.force);
  add_network_flags(line, flags);
  add_url_flags(line, flags);
  add_output_flags(line, flags.output);
  return line;
}

RemoteSet wanted_set(const DownloadFlags& flags) {
  require(!flags.what.empty(), ErrorKind::usage,
          "expected the name of a data set or a URL; known: ", join(set_names(), ", "));
  const bool url = flags.what.find("://") != std::string::npos;
  require(url || (flags.sha256.empty() && !flags.bytes), ErrorKind::usage,
          "--sha256, --bytes: expected none with the known data set '", flags.what,
          "'; leave them out");
  RemoteSet set = url ? set_at(flags.what, flags.sha256, flags.bytes) : remote_set(flags.what);
  return flags.mirrors.empty() ? set : from_mirrors(std::move(set), split(flags.mirrors, ','));
}

void print_fetched(const RemoteSet& set, const Fetched& fetched, bool json) {
  if (json) {
    print_json({{"name", set.name},
                {"path", fetched.path.native()},
                {"was_there", fetched.was_there},
                {"files", fetched.files},
                {"bytes", fetched.bytes},
                {"credit", set.credit},
                {"licence", set.licence}});
    return;
  }
  print(cat(fetched.path.native(), ": ", fetched.was_there ? "is there already, " : "",
            fetched.files, fetched.files == 1 ? " file, " : " files, ", format_bytes(fetched.bytes),
            "\n"));
  if (!set.credit.empty()) {
    print_prose(cat("Credit: ", set.credit, "\nLicence: ", set.licence, "\n"));
  }
}

int run_download(const Arguments& arguments) {
  DownloadFlags flags;
  if (!download_command_line(flags).parse(arguments)) {
    return 0;
  }
  const RemoteSet set = wanted_set(flags);
  catch_interrupt();
  Fetched fetched;
  {
    DownloadProgress progress(flags.output.quiet);
    fetched = fetch(set, flags.to,
                    {.download = {.stall_timeout = flags.stall_timeout,
                                  .tries = static_cast<int>(flags.tries),
                                  .note = [&](const std::string& what) { progress.note(what); }},
                     .force = flags.force,
                     .progress = [&](const FetchProgress& now) {
                       progress.show(now);
                       return !interrupted();
                     }});
  }
  print_fetched(set, fetched, flags.output.json);
  return 0;
}

}  // namespace

Verb data_download_verb() {
  return {.name = "data download",
          .brief = "fetch a data set by name, or any archive",
          .describe = [] { return spec_of(download_command_line); },
          .run = run_download};
}

}  // namespace onecycle::cli
