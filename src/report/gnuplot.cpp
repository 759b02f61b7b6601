#include "report/gnuplot.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

// Files without a name, rather than pipes: nobody can wait for the other with a full pipe.
File nameless_file() {
  File file(std::tmpfile());
  require(file != nullptr, ErrorKind::internal,
          "gnuplot: expected a temporary file, got: ", std::strerror(errno));
  return file;
}

std::string contents(std::FILE* file) {
  std::string text;
  std::array<char, 65536> chunk{};
  std::fseek(file, 0, SEEK_SET);
  while (const std::size_t got = std::fread(chunk.data(), 1, chunk.size(), file)) {
    text.append(chunk.data(), got);
  }
  return text;
}

/// Starts gnuplot on three files and returns how it ended, as `waitpid` says it.
int run_to_end(std::FILE* in, std::FILE* out, std::FILE* err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(err), STDERR_FILENO);
  std::string program = "gnuplot";
  std::string plain_start = "-d";
  std::array<char*, 3> arguments{program.data(), plain_start.data(), nullptr};
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  require(error == 0, ErrorKind::internal,
          "plot: expected the program gnuplot on PATH, got: ", std::strerror(error),
          "; install it (Debian, Ubuntu: apt-get install gnuplot-nox)");
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    require(errno == EINTR, ErrorKind::internal, "gnuplot: waiting for it: ", std::strerror(errno));
  }
  return status;
}

}  // namespace

std::string run_gnuplot(const std::string& script) {
  const File in = nameless_file();
  const File out = nameless_file();
  const File err = nameless_file();
  std::fwrite(script.data(), 1, script.size(), in.get());
  std::fflush(in.get());
  std::fseek(in.get(), 0, SEEK_SET);
  const int status = run_to_end(in.get(), out.get(), err.get());
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::string message(trim(contents(err.get())));
    fail(ErrorKind::internal, "gnuplot: expected a picture, got: ",
         message.empty() ? "an end without a message" : message);
  }
  return contents(out.get());
}

}  // namespace onecycle
