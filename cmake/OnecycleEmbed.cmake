# Puts a file into a library as a std::string_view.

add_executable(onecycle_embed "${PROJECT_SOURCE_DIR}/tools/embed.cpp")
onecycle_configure(onecycle_embed)

# onecycle_embed(<target> <file> <symbol>): the bytes of <file> become
# `onecycle::embedded::<symbol>` in <target>, declared in `onecycle_embedded/<symbol>.h`.
function(onecycle_embed target file symbol)
  set(dir "${PROJECT_BINARY_DIR}/embedded")
  set(header "${dir}/onecycle_embedded/${symbol}.h")
  set(source "${dir}/${symbol}.cpp")
  # It needs the file alone, not the target's libraries, for which CMake below 3.27 waits all the same.
  set(CMAKE_ADD_CUSTOM_COMMAND_DEPENDS_EXPLICIT_ONLY ON)
  add_custom_command(
    OUTPUT "${header}" "${source}"
    COMMAND onecycle_embed "${file}" ${symbol} "${header}" "${source}"
    DEPENDS "${file}" onecycle_embed
    VERBATIM)
  set_property(GLOBAL APPEND PROPERTY ONECYCLE_EMBEDDED_HEADERS "${header}")
  target_sources(${target} PRIVATE "${header}" "${source}")
  target_include_directories(${target} PRIVATE "${dir}")
  set_source_files_properties("${source}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
