// SPDX-License-Identifier: BSL-1.0
#include "verify/checks/checks.hpp"

#include "verify/explorer/agreement/agreement_check.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify {

std::vector<check> all_checks() {
  return explorer_checks_of_writer_reader_phaser() + explorer_checks_of_recorder() +
         explorer_checks_of_rendezvous() + explorer_checks_of_counters() + explorer_checks_of_tracker() +
         explorer_checks_of_atomic_value() + relacy_checks_of_writer_reader_phaser() +
         relacy_checks_of_recorder() + relacy_checks_of_rendezvous() + relacy_checks_of_counters() +
         relacy_checks_of_tracker() + relacy_checks_of_atomic_value() + agreement_checks();
}

}  // namespace stillpoint::verify
