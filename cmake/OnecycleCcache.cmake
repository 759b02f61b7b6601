# Compiles through ccache where it is installed and the user chose no launcher.
find_program(ONECYCLE_CCACHE ccache)
mark_as_advanced(ONECYCLE_CCACHE)
if(ONECYCLE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # A precompiled header is cached only with this sloppiness and -fpch-preprocess; with the base
  # directory, and without the current one that debug information names, checkouts share results.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${ONECYCLE_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()
