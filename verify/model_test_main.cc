// SPDX-License-Identifier: BSL-1.0
//
// The program behind one engine of a model test: defs.bzl and cmake/stillpointCheckers.cmake define the five
// names.
#include STILLPOINT_CLIENTS_HEADER
#include STILLPOINT_ENGINE_HEADER

#include "verify/runner/registry.hpp"
#include "verify/runner/runner.hpp"

int main(int argc, char** argv) {
  namespace verify = stillpoint::verify;
  return verify::run_checks(argc, argv, verify::checks_of<verify::STILLPOINT_ENGINE, STILLPOINT_CLIENTS>(),
                            STILLPOINT_COMMAND);
}
