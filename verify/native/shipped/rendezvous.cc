// SPDX-License-Identifier: BSL-1.0
#include "verify/clients/rendezvous/clients.hpp"
#include "verify/native/shipped/checks.hpp"
#include "verify/native/shipped/shipped_engine.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify::native {

std::vector<check> shipped_checks_of_rendezvous() {
  using clients::rendezvous_clients;
  return checks_of<shipped_engine, rendezvous_clients<clients::owned_kind>::list>() +
         checks_of<shipped_engine, rendezvous_clients<clients::storage_kind>::list>();
}

}  // namespace stillpoint::verify::native
