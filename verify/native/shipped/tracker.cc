// SPDX-License-Identifier: BSL-1.0
#include "verify/clients/snapshot_counters.hpp"
#include "verify/clients/tracker/clients.hpp"
#include "verify/native/shipped/checks.hpp"
#include "verify/native/shipped/shipped_engine.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify::native {

std::vector<check> shipped_checks_of_tracker() {
  return checks_of<shipped_engine, clients::tracker_clients::list>() +
         checks_of<shipped_engine, clients::snapshot_counters_clients::list>();
}

}  // namespace stillpoint::verify::native
