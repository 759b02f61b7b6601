# What `cmake --install` writes: the libraries, their headers, the program, the package config.
include(CMakePackageConfigHelpers)
