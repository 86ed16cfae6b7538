// SPDX-License-Identifier: BSL-1.0
//
// What is examined: for each primitive, the files whose operations are made wrong, and the clients that have
// to notice.
#pragma once

#include <string>
#include <vector>

#include "verify/engine.hpp"
#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::orders {

struct examined_client {
  std::string guarantee;
  explorer::program on_explorer;
  run_result (*on_relacy)(const run_options&) = nullptr;
};

struct subject {
  std::string primitive;
  // The primitive's own text. Each of its operations has to be executed by some client.
  std::vector<std::string> files;
  // What it is composed of, examined as a subject of its own; here only logic defects are planted in it.
  std::vector<std::string> parts;
  std::vector<examined_client> clients;
};

std::vector<subject> subjects();

}  // namespace stillpoint::verify::orders
