// SPDX-License-Identifier: BSL-1.0
#include "verify/checks/checks.hpp"
#include "verify/clients/rendezvous/clients.hpp"
#include "verify/relacy/run.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify {

std::vector<check> relacy_checks_of_rendezvous() {
  using clients::rendezvous_clients;
  return checks_of<relacy_engine, rendezvous_clients<clients::owned_kind>::list>() +
         checks_of<relacy_engine, rendezvous_clients<clients::storage_kind>::list>();
}

}  // namespace stillpoint::verify
