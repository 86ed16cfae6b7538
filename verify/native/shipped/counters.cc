// SPDX-License-Identifier: BSL-1.0
#include "verify/clients/counters/clients.hpp"
#include "verify/native/shipped/checks.hpp"
#include "verify/native/shipped/shipped_engine.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify::native {

std::vector<check> shipped_checks_of_counters() {
  using clients::counters_clients;
  using clients::counters_of_atomics;
  return checks_of<shipped_engine, counters_clients<counters_of_atomics>::list>() +
         checks_of<shipped_engine, clients::sequentially_consistent_clients<counters_of_atomics>::list>() +
         checks_of<shipped_engine,
                   clients::sequentially_consistent_clients<counters_of_atomics>::of_one_cell>() +
         checks_of<shipped_engine, counters_clients<clients::counters_of_write_concurrency>::list>() +
         checks_of<shipped_engine, clients::counters_ref_clients::list>() +
         checks_of<shipped_engine, clients::stripe_registry_clients::list>();
}

}  // namespace stillpoint::verify::native
