// Build-time program: turns a file into a C++ source that holds its bytes as a std::string_view.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

// One literal per line of output keeps the compiler's memory flat; adjacent literals join.
constexpr std::size_t bytes_per_literal = 2000;

void append_escaped(std::string& out, unsigned char byte) {
  const bool plain = byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\' && byte != '?';
  if (plain) {
    out += static_cast<char>(byte);
    return;
  }
  // Always three octal digits, so that a digit after it is not swallowed.
  out += '\\';
  for (const int shift : {6, 3, 0}) {
    out += static_cast<char>('0' + ((byte >> shift) & 7));
  }
}

std::string literals(const std::string& bytes) {
  std::string out;
  out.reserve(bytes.size() * 3 / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % bytes_per_literal == 0) {
      out += i == 0 ? "    \"" : "\"\n    \"";
    }
    append_escaped(out, static_cast<unsigned char>(bytes[i]));
  }
  return out.empty() ? "    \"\"" : out + '"';
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) {
    throw std::runtime_error(path.string() + ": cannot write");
  }
}

void embed(const std::string& input, const std::string& symbol, const std::string& header,
           const std::string& source) {
  std::ifstream file(input, std::ios::binary);
  if (!file) {
    throw std::runtime_error(input + ": cannot read");
  }
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::string declaration = "extern const std::string_view " + symbol + ";\n";
  write(header,
        "// Generated at build time.\n#pragma once\n#include <string_view>\n\n"
        "namespace onecycle::embedded {\n" +
            declaration + "}\n");
  write(source,
        "// Generated at build time.\n#include <string_view>\n\n"
        "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
        "namespace onecycle::embedded {\n" +
            declaration + "constinit const std::string_view " + symbol + "{\n" + literals(bytes) +
            ",\n    " + std::to_string(bytes.size()) + "};\n}\n");
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 5) {
    std::cerr << "usage: embed FILE SYMBOL HEADER SOURCE\n";
    return 2;
  }
  embed(argv[1], argv[2], argv[3], argv[4]);
} catch (const std::exception& error) {
  std::cerr << "embed: " << error.what() << '\n';
  return 1;
}
