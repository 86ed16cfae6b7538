// SPDX-License-Identifier: BSL-1.0
#include "verify/clients/recorder.hpp"

#include "verify/native/shipped/checks.hpp"
#include "verify/native/shipped/shipped_engine.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify::native {

std::vector<check> shipped_checks_of_recorder() {
  using clients::recorder_clients;
  return checks_of<shipped_engine, recorder_clients<clients::recorder_over_plain_phaser>::list>() +
         checks_of<shipped_engine, recorder_clients<clients::recorder_over_striped_phaser>::list>() +
         checks_of<shipped_engine, recorder_clients<clients::recorder_over_asymmetric_phaser>::list>() +
         checks_of<shipped_engine, recorder_clients<clients::striped_recorder_kind>::list>() +
         checks_of<shipped_engine, clients::striped_recorder_clients::list>();
}

}  // namespace stillpoint::verify::native
