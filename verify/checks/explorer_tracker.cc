// SPDX-License-Identifier: BSL-1.0
#include "verify/checks/checks.hpp"
#include "verify/clients/snapshot_counters.hpp"
#include "verify/clients/tracker/clients.hpp"
#include "verify/clients/tracker/first_uses.hpp"
#include "verify/explorer/run.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify {

std::vector<check> explorer_checks_of_tracker() {
  return checks_of<explorer_engine, clients::tracker_clients::list>() +
         checks_of<explorer_engine, clients::first_use_clients<clients::claiming_stripes>::list>() +
         checks_of<explorer_engine, clients::snapshot_counters_clients::list>();
}

}  // namespace stillpoint::verify
