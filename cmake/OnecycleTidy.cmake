# The target `tidy`: clang-tidy over the sources of library, program, examples and benchmarks, again
# only where a file or header changed. Tests are left to the compiler's warnings: clang-tidy would
# take as long for them as for all the rest, and finds little there but matters of taste.
find_program(ONECYCLE_CLANG_TIDY clang-tidy HINTS "${PROJECT_SOURCE_DIR}/.venv/bin" REQUIRED)

file(GLOB_RECURSE headers CONFIGURE_DEPENDS include/*.h src/*.h cli/*.h)
get_property(embedded GLOBAL PROPERTY ONECYCLE_EMBEDDED_HEADERS)
get_property(targets GLOBAL PROPERTY ONECYCLE_TARGETS)
set(stamps "")
foreach(target IN LISTS targets)
  get_target_property(sources ${target} SOURCES)
  get_target_property(dir ${target} SOURCE_DIR)
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${dir}")
    cmake_path(IS_PREFIX PROJECT_BINARY_DIR "${source}" generated)
    if(generated)
      continue()
    endif()
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE name)
    if(name MATCHES "^tests/")
      continue()
    endif()
    set(stamp "${PROJECT_BINARY_DIR}/tidy/${name}.stamp")
    cmake_path(GET stamp PARENT_PATH stamp_dir)
    file(MAKE_DIRECTORY "${stamp_dir}")
    add_custom_command(
      OUTPUT "${stamp}"
      # The compile commands are g++'s, whose warnings clang does not all know; and libstdc++ 12 uses,
      # in its own stable_sort, what it calls deprecated.
      COMMAND "${ONECYCLE_CLANG_TIDY}" --quiet -p "${PROJECT_BINARY_DIR}"
              --extra-arg=-Wno-unknown-warning-option
              --extra-arg=-Wno-deprecated-declarations "${source}"
      COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
      DEPENDS "${source}" "${PROJECT_SOURCE_DIR}/.clang-tidy" ${headers} ${embedded}
      COMMENT "clang-tidy ${name}"
      VERBATIM)
    list(APPEND stamps "${stamp}")
  endforeach()
endforeach()
add_custom_target(tidy DEPENDS ${stamps})
