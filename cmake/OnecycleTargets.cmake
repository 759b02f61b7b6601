# How every target of this project is compiled, said once.

# Applies the project's language level, warnings and sanitizers to TARGET.
function(onecycle_configure target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  # -fPIC everywhere, programs too (CMake would give those -fPIE): the flags must be alike for one
  # precompiled header to serve all, and the archives must be fit for shared libraries.
  target_compile_options(${target} PRIVATE -fPIC -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                           -Wno-sign-conversion)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 sees uninitialised values in every inlined std::optional.
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
  if(ONECYCLE_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  set(sanitizers ${ONECYCLE_SANITIZE})
  if(ONECYCLE_BUILD_FUZZ)
    # Tells the fuzzer which branches an input took; its main is linked by the fuzz targets alone.
    list(APPEND sanitizers fuzzer-no-link)
  endif()
  if(sanitizers)
    list(JOIN sanitizers "," sanitizers)
    target_compile_options(${target} PRIVATE -fsanitize=${sanitizers} -fno-sanitize-recover=all
                                             -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${sanitizers})
  endif()
endfunction()

# onecycle_library(<base|fetch|train>): the static library onecycle_<name>, alias onecycle::<name>.
# The caller adds its sources.
function(onecycle_library name)
  add_library(onecycle_${name} STATIC)
  add_library(onecycle::${name} ALIAS onecycle_${name})
  set_target_properties(onecycle_${name} PROPERTIES EXPORT_NAME ${name})
  onecycle_configure(onecycle_${name})
endfunction()

# onecycle_program(<name> SOURCES <file>... LIBRARIES <target>...): an executable. With TORCH it
# shares the precompiled header of onecycle_train.
function(onecycle_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TORCH" "" "SOURCES;LIBRARIES")
  add_executable(${name} ${arg_SOURCES})
  onecycle_configure(${name})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  if(arg_TORCH AND NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    target_precompile_headers(${name} REUSE_FROM onecycle_train)
  endif()
endfunction()
