# The target `tidy`: clang-tidy over the sources of library, program, examples and benchmarks. Tests
# are left to the compiler's warnings: clang-tidy finds little there but matters of taste.
#
# It reads LibTorch's headers, which take it ten seconds, once for the several sources of a unity
# build; what it finds it names by the source itself.
find_program(
  ONECYCLE_RUN_CLANG_TIDY
  NAMES run-clang-tidy run-clang-tidy.py NAMES_PER_DIR
  HINTS "${PROJECT_SOURCE_DIR}/.venv/bin" REQUIRED)
find_program(ONECYCLE_CLANG_TIDY clang-tidy HINTS "${PROJECT_SOURCE_DIR}/.venv/bin" REQUIRED)

get_property(embedded GLOBAL PROPERTY ONECYCLE_EMBEDDED_HEADERS)
# The compile commands are g++'s, whose warnings clang does not all know; and libstdc++ 12 uses, in
# its own stable_sort, what it calls deprecated.
add_custom_target(
  tidy
  COMMAND
    "${ONECYCLE_RUN_CLANG_TIDY}" -clang-tidy-binary "${ONECYCLE_CLANG_TIDY}" -p
    "${PROJECT_BINARY_DIR}" -quiet -extra-arg=-Wno-unknown-warning-option
    -extra-arg=-Wno-deprecated-declarations
  DEPENDS ${embedded}
  USES_TERMINAL VERBATIM)
