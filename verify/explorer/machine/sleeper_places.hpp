// SPDX-License-Identifier: BSL-1.0
//
// Where it is kept which threads sleep at an atomic, in the current execution.
#pragma once

#include <vector>

#include "verify/explorer/model/event.hpp"

namespace stillpoint::verify::explorer {

class sleeper_places {
 public:
  void clear() { of_.clear(); }
  void set(location_id atomic, location_id sleepers) {
    if (of_.size() <= atomic) of_.resize(atomic + 1u, no_location);
    of_[atomic] = sleepers;
  }
  location_id of(location_id atomic) const { return atomic < of_.size() ? of_[atomic] : no_location; }

 private:
  std::vector<location_id> of_;
};

}  // namespace stillpoint::verify::explorer
