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
if(ONECYCLE_BUILD_TRAIN)
  onecycle_install(train)
  install(FILES "${PROJECT_SOURCE_DIR}/cmake/OnecycleTorch.cmake" DESTINATION "${package_dir}")
endif()
if(TARGET onecycle)
  set_target_properties(onecycle PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS onecycle RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/onecycleConfig.cmake.in" "${PROJECT_BINARY_DIR}/onecycleConfig.cmake"
  INSTALL_DESTINATION "${package_dir}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/onecycleConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/onecycleConfig.cmake"
              "${PROJECT_BINARY_DIR}/onecycleConfigVersion.cmake" DESTINATION "${package_dir}")
