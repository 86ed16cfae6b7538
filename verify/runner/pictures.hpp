// SPDX-License-Identifier: BSL-1.0
//
// What the pictures of several failed checks are called.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "verify/engine.hpp"
#include "verify/runner/report.hpp"

namespace stillpoint::verify {

// race.svg, with a number: race-2.svg.
std::string numbered_picture(const std::string& file, std::size_t number);

// Each check has drawn into a file of its own number. Now the first picture gets the name that was asked for,
// and the others the numbers from 2 on.
void name_pictures(std::vector<outcome>& outcomes, const std::string& file);

}  // namespace stillpoint::verify
