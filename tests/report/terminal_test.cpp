#include "onecycle/report/terminal.h"

#include <gtest/gtest.h>

#include "report/pty.h"

namespace onecycle {
namespace {

TEST(Terminal, AFileIsNone) {
  const ScopedVariable columns("COLUMNS", nullptr);
  const PlainFile file;
  const Terminal terminal = terminal_of(file.stream());
  EXPECT_FALSE(terminal.live);
  EXPECT_FALSE(terminal.colour);
  EXPECT_EQ(terminal.columns, 80);
}

TEST(Terminal, BelievesColumnsWhereThereIsNoWindow) {
  const PlainFile file;
  const ScopedVariable columns("COLUMNS", "132");
  EXPECT_EQ(terminal_of(file.stream()).columns, 132);
  const ScopedVariable wrong("COLUMNS", "-3x");
  EXPECT_EQ(terminal_of(file.stream()).columns, 80);
}

TEST(Terminal, SeesAResizedWindow) {
  const ScopedVariable type("TERM", "xterm");
  const PseudoTerminal pty(30, 100);
  ASSERT_NE(pty.stream(), nullptr);
  EXPECT_TRUE(terminal_of(pty.stream()).live);
  EXPECT_EQ(terminal_of(pty.stream()).columns, 100);
  EXPECT_EQ(terminal_of(pty.stream()).rows, 30);
  pty.resize(10, 44);
  EXPECT_EQ(terminal_of(pty.stream()).columns, 44);
}

TEST(Terminal, HasNoColourWhereItIsUnwanted) {
  const ScopedVariable type("TERM", "xterm");
  const PseudoTerminal pty(30, 100);
  const ScopedVariable wanted("NO_COLOR", nullptr);
  EXPECT_TRUE(terminal_of(pty.stream()).colour);
  const ScopedVariable empty("NO_COLOR", "");
  EXPECT_TRUE(terminal_of(pty.stream()).colour);
  const ScopedVariable unwanted("NO_COLOR", "1");
  EXPECT_FALSE(terminal_of(pty.stream()).colour);
  EXPECT_TRUE(terminal_of(pty.stream()).live);
}

TEST(Terminal, DumbAndUnknownTypesAreNoTerminals) {
  const PseudoTerminal pty(30, 100);
  const ScopedVariable dumb("TERM", "dumb");
  EXPECT_FALSE(terminal_of(pty.stream()).live);
  const ScopedVariable unset("TERM", nullptr);
  EXPECT_FALSE(terminal_of(pty.stream()).live);
}

TEST(Terminal, FindsUnicodeInTheLocaleThatCounts) {
  const PlainFile file;
  const ScopedVariable all("LC_ALL", nullptr);
  const ScopedVariable type("LC_CTYPE", nullptr);
  const ScopedVariable language("LANG", "de_DE.UTF-8");
  EXPECT_TRUE(terminal_of(file.stream()).unicode);
  const ScopedVariable stronger("LC_ALL", "C");
  EXPECT_FALSE(terminal_of(file.stream()).unicode);
}

}  // namespace
}  // namespace onecycle
