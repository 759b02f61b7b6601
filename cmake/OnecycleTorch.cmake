# Pins one LibTorch tree and makes it the target onecycle::torch.
#
# A tree is a folder with include/ and lib/: an unpacked LibTorch archive or the folder `torch` of
# the Python package. Taken is the first of: Torch_DIR; CMAKE_PREFIX_PATH; the tree onecycle was
# built with (installed package) or the project's .venv; the torch that python3 imports.
#
# The target is made here, from absolute paths into that tree, because the tree's own package
# config looks its libraries up by name and so mixes in a distribution's LibTorch, and because it
# demands a CUDA toolkit for a CUDA tree, which nothing here needs. Torch_DIR, Caffe2_DIR,
# TORCH_LIBRARY and c10_LIBRARY are set as well: a later find_package(Torch) gets the same tree.

include_guard(GLOBAL)
set(ONECYCLE_TORCH_MINIMUM 2.4)

# The tree that holds the file TorchConfig.cmake in CONFIG_DIR (<tree>/share/cmake/Torch), or "".
function(_onecycle_tree_of_config config_dir out)
  cmake_path(SET dir NORMALIZE "${config_dir}/../../..")
  string(REGEX REPLACE "/$" "" dir "${dir}")
  set(${out} "" PARENT_SCOPE)
  if(config_dir AND EXISTS "${dir}/include/torch/csrc/api/include/torch/version.h")
    set(${out} "${dir}" PARENT_SCOPE)
  endif()
endfunction()

# The version of TREE, such as 2.13.0.
function(_onecycle_torch_version tree out)
  # Since 2.9 the numbers stand in headeronly/, before that in the API's own header.
  foreach(file torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
    if(EXISTS "${tree}/include/${file}")
      file(STRINGS "${tree}/include/${file}" lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH)")
      if(lines MATCHES "MAJOR ([0-9]+).*MINOR ([0-9]+).*PATCH ([0-9]+)")
        set(${out} "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${CMAKE_MATCH_3}" PARENT_SCOPE)
        return()
      endif()
    endif()
  endforeach()
  set(${out} "0" PARENT_SCOPE)
endfunction()

# The folder `torch` that PYTHON would import, without importing it, or "".
function(_onecycle_tree_of_python python out)
  set(${out} "" PARENT_SCOPE)
  execute_process(
    COMMAND "${python}" -c
            "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')"
    OUTPUT_VARIABLE tree OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(tree AND EXISTS "${tree}/share/cmake/Torch/TorchConfig.cmake")
    set(${out} "${tree}" PARENT_SCOPE)
  endif()
endfunction()

# Sets TREE and ORIGIN to the first tree found. A tree that the user names is taken or refused; the
# others are passed over when they are too old.
function(_onecycle_find_torch tree_out origin_out)
  foreach(config_dir IN ITEMS "${Torch_DIR}" "$ENV{Torch_DIR}")
    if(config_dir
       AND NOT config_dir MATCHES "-NOTFOUND$"
       AND NOT config_dir STREQUAL ONECYCLE_TORCH_PINNED)
      _onecycle_tree_of_config("${config_dir}" tree)
      if(NOT tree)
        message(FATAL_ERROR "onecycle: Torch_DIR: expected a folder <LibTorch>/share/cmake/Torch, "
                            "got ${config_dir}; correct it or unset it")
      endif()
      set(${tree_out} "${tree}" PARENT_SCOPE)
      set(${origin_out} "Torch_DIR" PARENT_SCOPE)
      return()
    endif()
  endforeach()

  file(TO_CMAKE_PATH "$ENV{CMAKE_PREFIX_PATH}" environment_prefixes)
  find_path(
    config_dir TorchConfig.cmake
    PATHS ${CMAKE_PREFIX_PATH} ${environment_prefixes}
    PATH_SUFFIXES share/cmake/Torch cmake/Torch Torch
    NO_DEFAULT_PATH NO_CACHE)
  _onecycle_tree_of_config("${config_dir}" tree)
  if(tree)
    set(${tree_out} "${tree}" PARENT_SCOPE)
    set(${origin_out} "CMAKE_PREFIX_PATH" PARENT_SCOPE)
    return()
  endif()

  set(candidates "")
  if(onecycle_BUILT_WITH_TORCH)
    list(APPEND candidates "${onecycle_BUILT_WITH_TORCH}=the tree onecycle was built with")
  endif()
  file(GLOB venv_trees "${PROJECT_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch")
  foreach(tree IN LISTS venv_trees)
    list(APPEND candidates "${tree}=.venv")
  endforeach()
  find_program(python NAMES python3 NO_CACHE)
  if(python)
    _onecycle_tree_of_python("${python}" tree)
    list(APPEND candidates "${tree}=${python}")
  endif()
  foreach(candidate IN LISTS candidates)
    string(REGEX MATCH "^(.*)=(.*)$" _ "${candidate}")
    set(tree "${CMAKE_MATCH_1}")
    set(origin "${CMAKE_MATCH_2}")
    _onecycle_tree_of_config("${tree}/share/cmake/Torch" tree)
    if(tree)
      _onecycle_torch_version("${tree}" version)
      if(version VERSION_GREATER_EQUAL ONECYCLE_TORCH_MINIMUM)
        set(${tree_out} "${tree}" PARENT_SCOPE)
        set(${origin_out} "${origin}" PARENT_SCOPE)
        return()
      endif()
    endif()
  endforeach()
  message(
    FATAL_ERROR
      "onecycle: LibTorch: expected version ${ONECYCLE_TORCH_MINIMUM} or newer, got none; run scripts/bootstrap, set "
      "Torch_DIR or CMAKE_PREFIX_PATH to a LibTorch tree, or build without it: -DONECYCLE_BUILD_TRAIN=OFF")
endfunction()

# Refuses what would put a second LibTorch into one program.
function(_onecycle_refuse_mixed_tree tree)
  set(others "")
  foreach(variable TORCH_LIBRARY c10_LIBRARY)
    if(${variable} AND NOT ONECYCLE_TORCH_PINNED)
      list(APPEND others "${${variable}}")
    endif()
  endforeach()
  if(TARGET torch_cpu)
    get_target_property(location torch_cpu LOCATION)
    list(APPEND others "${location}")
  endif()
  file(REAL_PATH "${tree}" real_tree)
  foreach(library IN LISTS others)
    file(REAL_PATH "${library}" real_library)
    cmake_path(IS_PREFIX real_tree "${real_library}" inside)
    if(NOT inside)
      message(FATAL_ERROR "onecycle: LibTorch: expected one tree, got two, ${tree} and ${library}; "
                          "set Torch_DIR to the one you mean and configure in an empty build folder")
    endif()
  endforeach()
endfunction()

function(_onecycle_add_torch tree)
  add_library(onecycle::torch INTERFACE IMPORTED GLOBAL)
  # libtorch.so is a stub that pulls in the device libraries; nothing refers to a symbol of it.
  target_link_libraries(
    onecycle::torch
    INTERFACE "-Wl,--push-state,--no-as-needed,${tree}/lib/libtorch.so,--pop-state"
              "${tree}/lib/libtorch_cpu.so" "${tree}/lib/libc10.so")
  target_include_directories(
    onecycle::torch SYSTEM INTERFACE "${tree}/include"
                                     "${tree}/include/torch/csrc/api/include")
  target_compile_features(onecycle::torch INTERFACE cxx_std_20)
endfunction()

# A LibTorch with the pre-2011 std::string cannot share a program with the distribution's libraries.
function(_onecycle_refuse_old_abi tree)
  file(STRINGS "${tree}/share/cmake/Torch/TorchConfig.cmake" old REGEX "_GLIBCXX_USE_CXX11_ABI=0")
  if(old)
    message(FATAL_ERROR "onecycle: LibTorch: expected the C++11 ABI, got the one before it in ${tree}; "
                        "take a LibTorch archive marked cxx11-abi or the Python package from 2.7 on")
  endif()
endfunction()

if(NOT TARGET onecycle::torch)
  _onecycle_find_torch(_onecycle_tree _onecycle_origin)
  _onecycle_torch_version("${_onecycle_tree}" _onecycle_version)
  if(_onecycle_version VERSION_LESS ONECYCLE_TORCH_MINIMUM)
    message(FATAL_ERROR "onecycle: LibTorch: expected version ${ONECYCLE_TORCH_MINIMUM} or newer, got "
                        "${_onecycle_version} in ${_onecycle_tree}; name a newer tree in Torch_DIR")
  endif()
  _onecycle_refuse_old_abi("${_onecycle_tree}")
  _onecycle_refuse_mixed_tree("${_onecycle_tree}")
  # Known in every folder of the project, as the target is.
  set(ONECYCLE_TORCH_TREE "${_onecycle_tree}" CACHE INTERNAL "")
  set(ONECYCLE_TORCH_VERSION "${_onecycle_version}" CACHE INTERNAL "")
  # Remembered apart, so that the next run does not take our own choice for the user's.
  set(ONECYCLE_TORCH_PINNED "${_onecycle_tree}/share/cmake/Torch" CACHE INTERNAL "")
  set(Torch_DIR "${_onecycle_tree}/share/cmake/Torch" CACHE PATH "The LibTorch to use" FORCE)
  set(Caffe2_DIR "${_onecycle_tree}/share/cmake/Caffe2" CACHE PATH "" FORCE)
  set(TORCH_LIBRARY "${_onecycle_tree}/lib/libtorch.so" CACHE FILEPATH "" FORCE)
  set(c10_LIBRARY "${_onecycle_tree}/lib/libc10.so" CACHE FILEPATH "" FORCE)
  _onecycle_add_torch("${_onecycle_tree}")
  message(STATUS "LibTorch ${_onecycle_version} in ${_onecycle_tree} (from ${_onecycle_origin})")
endif()
