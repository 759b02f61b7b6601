// For tests of failures: the message that an action ends with.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "onecycle/core/error.h"

namespace onecycle {

/// The message of the `Error` that `action` throws. A test failure, and an empty text, if it
/// throws none or one of another kind.
template <class ActionToTry>
std::string message_of(ErrorKind kind, ActionToTry action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(static_cast<int>(error.kind()), static_cast<int>(kind)) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "expected an error, got none";
  return {};
}

}  // namespace onecycle
