// A terminal for tests: what a program writes into it can be read back.
#pragma once

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

namespace onecycle {

/// Sets or unsets an environment variable until the end of the scope.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) {
      old_ = old;
    }
    set(value);
  }
  ~ScopedVariable() { set(old_ ? old_->c_str() : nullptr); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  void set(const char* value) {
    if (value == nullptr) {
      unsetenv(name_);
    } else {
      setenv(name_, value, 1);
    }
  }
  const char* name_;
  std::optional<std::string> old_;
};

class PseudoTerminal {
 public:
  PseudoTerminal(unsigned short rows, unsigned short columns) {
    winsize size{rows, columns, 0, 0};
    int program = -1;
    if (openpty(&reader_, &program, nullptr, nullptr, &size) == 0) {
      stream_ = fdopen(program, "w");
    }
  }
  ~PseudoTerminal() {
    std::fclose(stream_);
    close(reader_);
  }
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  [[nodiscard]] std::FILE* stream() const { return stream_; }

  void resize(unsigned short rows, unsigned short columns) const {
    const winsize size{rows, columns, 0, 0};
    ioctl(reader_, TIOCSWINSZ, &size);
  }

  /// What was written since the last call; the terminal turns `\n` into `\r\n`. What was written
  /// arrives a moment later.
  [[nodiscard]] std::string read_back() const {
    std::string text;
    std::array<char, 4096> buffer{};
    pollfd ready{reader_, POLLIN, 0};
    while (poll(&ready, 1, text.empty() ? 1000 : 20) > 0) {
      const ssize_t got = read(reader_, buffer.data(), buffer.size());
      text.append(buffer.data(), static_cast<std::size_t>(got > 0 ? got : 0));
      if (got <= 0) {
        break;
      }
    }
    return text;
  }

 private:
  int reader_ = -1;
  std::FILE* stream_ = nullptr;
};

/// What is printed into a file that is no terminal.
class PlainFile {
 public:
  PlainFile() : file_(std::tmpfile()) {}
  ~PlainFile() { std::fclose(file_); }
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;

  [[nodiscard]] std::FILE* stream() const { return file_; }
  [[nodiscard]] std::string text() const {
    std::fseek(file_, 0, SEEK_SET);
    std::string text;
    for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) {
      text += static_cast<char>(c);
    }
    return text;
  }

 private:
  std::FILE* file_;
};

}  // namespace onecycle
