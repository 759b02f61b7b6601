// What the terminal behind a stream can do: redraw, colour, Unicode, and how large it is now.
#pragma once

#include <cstdio>

namespace onecycle {

/// The abilities of an output stream. The default is a plain file: no control characters at all.
struct Terminal {
  bool live = false;     ///< a terminal whose current line can be drawn again
  bool colour = false;   ///< understands ANSI colours, and the user has not set `NO_COLOR`
  bool unicode = false;  ///< the locale of the environment is UTF-8
  int columns = 80;
  int rows = 24;
};

/// Asks the system now (a few microseconds), so that a resized window is seen at once. `TERM=dumb`
/// and an unset `TERM` count as no terminal; `NO_COLOR` set and not empty switches colour off.
/// When the size is unknown, `COLUMNS` is believed, else 80 by 24.
Terminal terminal_of(std::FILE* stream);

}  // namespace onecycle
