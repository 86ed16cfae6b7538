// SPDX-License-Identifier: BSL-1.0
//
// What --help prints: what this program does, and those options that its engines use.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "verify/engine.hpp"

namespace stillpoint::verify {

// `program` is the command that starts this program; `has_orders` says whether it has --orders.
std::string help_text(const std::vector<check>& checks, const std::string& program, bool has_orders);

// The engines of those checks that are chosen, each once: "explorer, relacy or enumerator".
std::string engines_of(const std::vector<check>& checks, std::string_view conjunction,
                       const std::function<bool(const check&)>& chosen);
std::string engines_of(const std::vector<check>& checks, std::string_view conjunction);

}  // namespace stillpoint::verify
