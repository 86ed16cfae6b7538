// SPDX-License-Identifier: BSL-1.0
#include "verify/checks.hpp"
#include "verify/clients/atomic_value.hpp"
#include "verify/explorer/run.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify {

std::vector<check> explorer_checks_of_atomic_value() {
  return checks_of<explorer_engine, clients::atomic_value_clients::list>() +
         checks_of<explorer_engine, clients::atomic_value_clients::more>() +
         checks_of<explorer_engine, clients::slot_list_clients::list>() +
         checks_of<explorer_engine, clients::value_clients<clients::any_kind>::list>() +
         checks_of<explorer_engine, clients::any_value_clients::list>();
}

}  // namespace stillpoint::verify
