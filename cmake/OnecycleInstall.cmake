# What `cmake --install` writes: the libraries, their headers, the program, the package config.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/onecycle")

# Each library has an export file of its own, so that base is found where LibTorch is not.
function(onecycle_install name)
  install(
    TARGETS onecycle_${name}
    EXPORT onecycle_${name}
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(
    EXPORT onecycle_${name}
    FILE onecycle-${name}.cmake
    NAMESPACE onecycle::
    DESTINATION "${package_dir}")
endfunction()

onecycle_install(base)
if(ONECYCLE_BUILD_FETCH)
  onecycle_install(fetch)
endif()
if(ONECYCLE_BUILD_TRAIN)
  onecycle_install(train)
  install(FILES "${PROJECT_SOURCE_DIR}/cmake/OnecycleTorch.cmake" DESTINATION "${package_dir}")
endif()
if(TARGET onecycle)
  set_target_properties(onecycle PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS onecycle RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  # The program itself writes its manual pages and completions, from the options that it has.
  install(
    CODE "set(program \"$<TARGET_FILE:onecycle>\")
set(share \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATAROOTDIR}\")
set(man \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_MANDIR}/man1\")"
    CODE [[
execute_process(COMMAND "${program}" help --format man --out "${man}" COMMAND_ERROR_IS_FATAL ANY)
foreach(place bash-completion/completions/onecycle zsh/site-functions/_onecycle
              fish/vendor_completions.d/onecycle.fish)
  cmake_path(GET place PARENT_PATH folder)
  string(REGEX MATCH "^[a-z]+" shell "${place}")
  file(MAKE_DIRECTORY "${share}/${folder}")
  execute_process(COMMAND "${program}" completion ${shell} OUTPUT_FILE "${share}/${place}"
                  COMMAND_ERROR_IS_FATAL ANY)
  message(STATUS "Installed: ${share}/${place}")
endforeach()
]])
endif()

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/onecycleConfig.cmake.in" "${PROJECT_BINARY_DIR}/onecycleConfig.cmake"
  INSTALL_DESTINATION "${package_dir}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/onecycleConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/onecycleConfig.cmake"
              "${PROJECT_BINARY_DIR}/onecycleConfigVersion.cmake" DESTINATION "${package_dir}")
