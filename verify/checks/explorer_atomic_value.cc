// SPDX-License-Identifier: BSL-1.0
#include "verify/checks/checks.hpp"
#include "verify/clients/atomic_value/clients.hpp"
#include "verify/explorer/run.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify {

std::vector<check> explorer_checks_of_atomic_value() {
  using clients::any_kind;
  using clients::value_clients;
  return checks_of<explorer_engine, clients::atomic_value_clients::list>() +
         checks_of<explorer_engine, clients::atomic_value_clients::more>() +
         checks_of<explorer_engine, clients::atomic_value_clients::large>() +
         checks_of<explorer_engine, clients::slot_list_clients::list>() +
         checks_of<explorer_engine, value_clients<any_kind>::list>() +
         checks_of<explorer_engine, value_clients<any_kind>::large>() +
         checks_of<explorer_engine, clients::any_value_clients::list>();
}

}  // namespace stillpoint::verify
