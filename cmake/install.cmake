# SPDX-License-Identifier: BSL-1.0
#
# What `cmake --install` copies. No file of it depends on the processor: a product compiles what it uses of the checkers.
include(CMakePackageConfigHelpers)

set(STILLPOINT_INSTALL_CMAKEDIR "${CMAKE_INSTALL_DATADIR}/cmake/stillpoint" CACHE STRING "Where find_package() finds Stillpoint")
set(package_folder "${STILLPOINT_INSTALL_CMAKEDIR}")
set(checkers_folder "${CMAKE_INSTALL_DATADIR}/stillpoint")

install(DIRECTORY lib/stillpoint DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp" PATTERN "*.cppm")
install(FILES LICENSE CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")

install(TARGETS stillpoint EXPORT stillpoint)
install(EXPORT stillpoint NAMESPACE stillpoint:: FILE stillpointTargets.cmake DESTINATION "${package_folder}")

configure_package_config_file(
  cmake/stillpointConfig.cmake.in "${PROJECT_BINARY_DIR}/stillpointConfig.cmake"
  INSTALL_DESTINATION "${package_folder}" PATH_VARS checkers_folder)
# Before 1.0 a minor version may change what is public.
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/stillpointConfigVersion.cmake" COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(
  FILES "${PROJECT_BINARY_DIR}/stillpointConfig.cmake" "${PROJECT_BINARY_DIR}/stillpointConfigVersion.cmake"
        cmake/stillpointCheckers.cmake
  DESTINATION "${package_folder}")

configure_file(cmake/stillpoint.pc.in "${PROJECT_BINARY_DIR}/stillpoint.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/stillpoint.pc" DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig")

# The checkers, as source: the engines and what clients include, without their tests.
install(
  FILES verify/allocation.hpp verify/client.hpp verify/engine.hpp verify/model_test_main.cc verify/planting.hpp
        verify/wide_values.cc verify/wide_values.hpp
  DESTINATION "${checkers_folder}/verify")
foreach(folder IN ITEMS explorer/model explorer/search explorer/machine explorer/policy explorer/reports history native relacy
                        runner std)
  install(
    DIRECTORY "verify/${folder}/" DESTINATION "${checkers_folder}/verify/${folder}"
    FILES_MATCHING PATTERN "*.hpp" PATTERN "*.cc" PATTERN "*.sh" PATTERN "*_test.*" EXCLUDE PATTERN "testing.hpp" EXCLUDE)
endforeach()
install(FILES verify/explorer/run.cc verify/explorer/run.hpp DESTINATION "${checkers_folder}/verify/explorer")
