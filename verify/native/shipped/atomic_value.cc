// SPDX-License-Identifier: BSL-1.0
#include "verify/clients/atomic_value/clients.hpp"
#include "verify/native/shipped/checks.hpp"
#include "verify/native/shipped/shipped_engine.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify::native {

std::vector<check> shipped_checks_of_atomic_value() {
  using clients::any_kind;
  using clients::value_clients;
  return checks_of<shipped_engine, clients::atomic_value_clients::list>() +
         checks_of<shipped_engine, clients::atomic_value_clients::more>() +
         checks_of<shipped_engine, clients::atomic_value_clients::large>() +
         checks_of<shipped_engine, clients::slot_list_clients::list>() +
         checks_of<shipped_engine, value_clients<any_kind>::list>() +
         checks_of<shipped_engine, value_clients<any_kind>::large>() +
         checks_of<shipped_engine, clients::any_value_clients::list>();
}

}  // namespace stillpoint::verify::native
