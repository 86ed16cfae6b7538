# SPDX-License-Identifier: BSL-1.0
#
# Functions that check a product's own code, as tests of CTest:
#
#   stillpoint_add_model_test(NAME HEADER <header> CLIENTS <client_list> [ENGINES explorer relacy] [BUDGET quick]
#                             [LINK_LIBRARIES <target>...] [COMPILE_OPTIONS <option>...])
#     runs each client of a list, see docs/checking_your_code.md, as tests NAME_explorer_test and NAME_relacy_test. Without
#     ENGINES, Relacy is used if it is installed.
#
#   stillpoint_add_explore_test(NAME SOURCES <source>... [WHOLE_PROGRAM] [LINK_LIBRARIES <target>...]
#                               [COMPILE_OPTIONS <option>...])
#     explores code as it is compiled, see docs/check_the_code_you_have.md. The sources call stillpoint::explore; with
#     WHOLE_PROGRAM, their main itself is explored.
#
# The engines are compiled in the product's build, once, when a function is called for the first time.
cmake_policy(PUSH)
cmake_policy(VERSION 3.16...3.25)

set(STILLPOINT_CHECKERS_OPTIMIZATION "-O2" CACHE STRING "How the engines of Stillpoint's checkers are optimized")
mark_as_advanced(STILLPOINT_CHECKERS_OPTIMIZATION)

# An object library of a folder's sources, compiled together but for those in ALONE. The product's own options, warnings
# and tools do not apply to it.
function(_stillpoint_engine_part name)
  cmake_parse_arguments(PARSE_ARGV 1 part "" "FOLDER" "ALONE;FILES;OPTIONS")
  get_property(root GLOBAL PROPERTY STILLPOINT_CHECKERS_ROOT)
  set(sources)
  if(part_FOLDER)
    file(GLOB sources CONFIGURE_DEPENDS "${root}/verify/${part_FOLDER}/*.cc")
    list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  endif()
  foreach(file IN LISTS part_FILES)
    list(APPEND sources "${root}/verify/${file}")
  endforeach()
  if(NOT sources)
    message(FATAL_ERROR "stillpoint: no sources of the checkers below ${root}/verify/${part_FOLDER}: is the copy complete?")
  endif()
  add_library(${name} OBJECT ${sources})
  foreach(file IN LISTS part_ALONE)
    # A source's properties are those of its folder's CMakeLists.txt: the one that calls this for the first time.
    set_source_files_properties("${root}/verify/${part_FOLDER}/${file}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
  set_target_properties(
    ${name}
    PROPERTIES COMPILE_OPTIONS "${STILLPOINT_CHECKERS_OPTIMIZATION};-w;${part_OPTIONS}"
               CXX_CLANG_TIDY ""
               CXX_CPPCHECK ""
               CXX_INCLUDE_WHAT_YOU_USE ""
               CXX_VISIBILITY_PRESET default
               EXCLUDE_FROM_ALL ON
               INTERPROCEDURAL_OPTIMIZATION OFF
               POSITION_INDEPENDENT_CODE ON
               UNITY_BUILD ON
               UNITY_BUILD_BATCH_SIZE 0)
  target_include_directories(${name} PRIVATE "${root}" "${root}/verify/native/include")
  target_link_libraries(${name} PRIVATE stillpoint::stillpoint)
endfunction()

# What is not Stillpoint's own, and the sources that more than one engine needs.
function(_stillpoint_common_parts)
  if(TARGET stillpoint_checkers_common)
    return()
  endif()
  find_path(STILLPOINT_BOOST_INCLUDE_DIR boost/context/detail/fcontext.hpp)
  find_library(STILLPOINT_BOOST_CONTEXT_LIBRARY boost_context)
  find_path(STILLPOINT_DW_INCLUDE_DIR elfutils/libdwfl.h)
  find_library(STILLPOINT_DW_LIBRARY dw)
  find_path(STILLPOINT_RELACY_INCLUDE_DIR relacy/relacy.hpp)
  mark_as_advanced(
    STILLPOINT_BOOST_INCLUDE_DIR STILLPOINT_BOOST_CONTEXT_LIBRARY STILLPOINT_DW_INCLUDE_DIR STILLPOINT_DW_LIBRARY
    STILLPOINT_RELACY_INCLUDE_DIR)
  _stillpoint_engine_part(stillpoint_checkers_common FILES wide_values.cc)
  _stillpoint_engine_part(stillpoint_checkers_runner FOLDER runner)
endfunction()

function(_stillpoint_explorer_parts)
  _stillpoint_common_parts()
  if(TARGET stillpoint_checkers_explorer)
    return()
  endif()
  if(NOT STILLPOINT_BOOST_INCLUDE_DIR OR NOT STILLPOINT_BOOST_CONTEXT_LIBRARY)
    message(FATAL_ERROR "stillpoint: the explorer needs Boost.Context (Debian's libboost-context-dev), which was not found")
  endif()
  set(parts model search machine reports)
  _stillpoint_engine_part(stillpoint_checkers_model FOLDER explorer/model)
  _stillpoint_engine_part(stillpoint_checkers_search FOLDER explorer/search)
  _stillpoint_engine_part(stillpoint_checkers_machine FOLDER explorer/machine)
  # Names that libdw and the pictures give to what they need would hide those of the others.
  _stillpoint_engine_part(stillpoint_checkers_reports FOLDER explorer/reports ALONE debug_info.cc trace.cc)
  _stillpoint_engine_part(stillpoint_checkers_run FILES explorer/run.cc)

  add_library(stillpoint_checkers_explorer INTERFACE)
  foreach(part IN ITEMS model search machine reports run)
    target_include_directories(stillpoint_checkers_${part} SYSTEM PRIVATE "${STILLPOINT_BOOST_INCLUDE_DIR}")
    target_sources(stillpoint_checkers_explorer INTERFACE $<TARGET_OBJECTS:stillpoint_checkers_${part}>)
  endforeach()
  target_sources(stillpoint_checkers_explorer INTERFACE $<TARGET_OBJECTS:stillpoint_checkers_common>)
  target_include_directories(stillpoint_checkers_explorer SYSTEM INTERFACE "${STILLPOINT_BOOST_INCLUDE_DIR}")
  target_link_libraries(
    stillpoint_checkers_explorer INTERFACE "${STILLPOINT_BOOST_CONTEXT_LIBRARY}" Threads::Threads ${CMAKE_DL_LIBS})
  # Without it, reports name no places by the debug information.
  if(STILLPOINT_DW_INCLUDE_DIR AND STILLPOINT_DW_LIBRARY)
    target_link_libraries(stillpoint_checkers_explorer INTERFACE "${STILLPOINT_DW_LIBRARY}")
  endif()
endfunction()

function(_stillpoint_relacy_parts)
  _stillpoint_common_parts()
  if(TARGET stillpoint_checkers_relacy)
    return()
  endif()
  if(NOT STILLPOINT_RELACY_INCLUDE_DIR)
    message(FATAL_ERROR "stillpoint: ENGINES names relacy, whose headers (Debian's relacy-dev) were not found")
  endif()
  # Its fibers jump between stacks, which glibc's fortified longjmp takes for an error.
  _stillpoint_engine_part(stillpoint_checkers_relacy_objects FOLDER relacy OPTIONS -U_FORTIFY_SOURCE)
  target_include_directories(stillpoint_checkers_relacy_objects SYSTEM PRIVATE "${STILLPOINT_RELACY_INCLUDE_DIR}")
  add_library(stillpoint_checkers_relacy INTERFACE)
  target_sources(
    stillpoint_checkers_relacy
    INTERFACE $<TARGET_OBJECTS:stillpoint_checkers_relacy_objects> $<TARGET_OBJECTS:stillpoint_checkers_common>)
  target_include_directories(stillpoint_checkers_relacy SYSTEM INTERFACE "${STILLPOINT_RELACY_INCLUDE_DIR}")
  target_link_libraries(stillpoint_checkers_relacy INTERFACE Threads::Threads)
endfunction()

# The explorer of code as it is compiled. A shared object: a program's own static variables are reset for each execution,
# and the explorer's must not be.
function(_stillpoint_native_parts)
  _stillpoint_explorer_parts()
  if(TARGET stillpoint_explorer)
    return()
  endif()
  get_property(root GLOBAL PROPERTY STILLPOINT_CHECKERS_ROOT)
  # A call that leads into the machine is a jump. The first of the two declares functions that the compiler knows otherwise.
  _stillpoint_engine_part(
    stillpoint_checkers_native FOLDER native ALONE once_calls.cc places.cc OPTIONS -foptimize-sibling-calls)
  target_include_directories(stillpoint_checkers_native SYSTEM PRIVATE "${STILLPOINT_BOOST_INCLUDE_DIR}")
  add_library(stillpoint_explorer SHARED EXCLUDE_FROM_ALL $<TARGET_OBJECTS:stillpoint_checkers_native>)
  set_target_properties(stillpoint_explorer PROPERTIES LINK_OPTIONS "" LINKER_LANGUAGE CXX)
  target_link_libraries(stillpoint_explorer PRIVATE stillpoint_checkers_explorer atomic)

  set(header "${CMAKE_CURRENT_BINARY_DIR}/stillpoint_standard_library/bits/atomic_wait.h")
  execute_process(
    COMMAND bash "${root}/verify/native/atomic_wait.sh" "${header}" "${CMAKE_CXX_COMPILER}"
    RESULT_VARIABLE status
    ERROR_VARIABLE errors)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "stillpoint: ${errors}")
  endif()
  get_filename_component(folder "${header}" DIRECTORY)
  get_filename_component(folder "${folder}" DIRECTORY)
  target_include_directories(stillpoint_explorer SYSTEM INTERFACE "${folder}")
  target_include_directories(stillpoint_explorer INTERFACE "${root}/verify/native/include")
endfunction()

function(_stillpoint_check_arguments function name)
  cmake_parse_arguments(PARSE_ARGV 2 check "" "" "REQUIRED;UNKNOWN")
  if(check_UNKNOWN)
    message(FATAL_ERROR "${function}(${name}): unexpected arguments: ${check_UNKNOWN}")
  endif()
  foreach(argument IN LISTS check_REQUIRED)
    message(FATAL_ERROR "${function}(${name}): expected ${argument}")
  endforeach()
endfunction()

function(stillpoint_add_model_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "HEADER;CLIENTS;BUDGET" "ENGINES;LINK_LIBRARIES;COMPILE_OPTIONS")
  set(missing)
  foreach(argument IN ITEMS HEADER CLIENTS)
    if(NOT test_${argument})
      list(APPEND missing ${argument})
    endif()
  endforeach()
  _stillpoint_check_arguments(
    stillpoint_add_model_test "${name}" UNKNOWN ${test_UNPARSED_ARGUMENTS} ${test_KEYWORDS_MISSING_VALUES} REQUIRED ${missing})
  if(NOT test_BUDGET)
    set(test_BUDGET quick)
  endif()
  _stillpoint_common_parts()
  if(NOT test_ENGINES)
    set(test_ENGINES explorer)
    if(STILLPOINT_RELACY_INCLUDE_DIR)
      list(APPEND test_ENGINES relacy)
    else()
      message(STATUS "stillpoint: ${name} runs under the explorer only: Relacy (Debian's relacy-dev) was not found")
    endif()
  endif()
  get_property(root GLOBAL PROPERTY STILLPOINT_CHECKERS_ROOT)
  foreach(engine IN LISTS test_ENGINES)
    if(engine STREQUAL "explorer")
      _stillpoint_explorer_parts()
    elseif(engine STREQUAL "relacy")
      _stillpoint_relacy_parts()
    else()
      message(FATAL_ERROR "stillpoint_add_model_test(${name}): engine '${engine}': expected explorer or relacy")
    endif()
    set(program ${name}_${engine})
    add_executable(${program} "${root}/verify/model_test_main.cc" $<TARGET_OBJECTS:stillpoint_checkers_runner>)
    target_link_libraries(
      ${program} PRIVATE stillpoint_checkers_${engine} stillpoint::stillpoint ${test_LINK_LIBRARIES})
    target_include_directories(${program} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}" "${root}")
    target_compile_definitions(
      ${program}
      PRIVATE "STILLPOINT_CLIENTS_HEADER=\"${test_HEADER}\""
              "STILLPOINT_ENGINE_HEADER=\"verify/${engine}/run.hpp\""
              "STILLPOINT_ENGINE=${engine}_engine"
              "STILLPOINT_CLIENTS=${test_CLIENTS}"
              "STILLPOINT_COMMAND=\"$<TARGET_FILE:${program}>\"")
    # Reports name places by the debug information; Relacy runs millions of executions; a frame of any size meets the guard
    # below the explorer's stacks, and a crash finds all calls that led to it.
    target_compile_options(
      ${program} PRIVATE -g -O2 -U_FORTIFY_SOURCE -fstack-clash-protection -fno-optimize-sibling-calls
                         ${test_COMPILE_OPTIONS})
    add_test(NAME ${program}_test COMMAND ${program} --budget=${test_BUDGET})
  endforeach()
endfunction()

function(stillpoint_add_explore_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "WHOLE_PROGRAM" "" "SOURCES;LINK_LIBRARIES;COMPILE_OPTIONS")
  set(missing)
  if(NOT test_SOURCES)
    set(missing SOURCES)
  endif()
  _stillpoint_check_arguments(
    stillpoint_add_explore_test "${name}" UNKNOWN ${test_UNPARSED_ARGUMENTS} ${test_KEYWORDS_MISSING_VALUES}
    REQUIRED ${missing})
  if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux" OR NOT CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    message(FATAL_ERROR "stillpoint_add_explore_test(${name}): code is explored as it is compiled on x86-64 Linux only")
  endif()
  _stillpoint_native_parts()
  add_executable(${name} ${test_SOURCES})
  # The compiler has all that a thread does to memory call the explorer, which stands for ThreadSanitizer's library:
  # nothing is linked with -fsanitize=thread. What assert() says is checked in each configuration.
  target_compile_options(
    ${name} PRIVATE -fsanitize=thread $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan> -DSTILLPOINT_EXPLORED -O1 -g -UNDEBUG ${test_COMPILE_OPTIONS})
  target_link_libraries(${name} PRIVATE stillpoint_explorer stillpoint::stillpoint ${test_LINK_LIBRARIES} atomic)
  add_test(NAME ${name} COMMAND ${name})
  if(test_WHOLE_PROGRAM)
    set_tests_properties(${name} PROPERTIES ENVIRONMENT STILLPOINT=main)
  endif()
endfunction()

cmake_policy(POP)
