// Failures as claims: their kind and a part of their message.
#pragma once

#include <string_view>

#include "support/message.h"

namespace onecycle {

/// `action` fails with this kind and a message that has `part` in it.
template <class Action>
void expect_error(Action action, ErrorKind kind, std::string_view part) {
  EXPECT_THAT(message_of(kind, action), testing::HasSubstr(std::string(part)));
}

}  // namespace onecycle
