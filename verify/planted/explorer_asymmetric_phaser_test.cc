// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/run.hpp"
#include "verify/planted/asymmetric_phaser_tests.hpp"

namespace stillpoint::verify::planted {

INSTANTIATE_TYPED_TEST_SUITE_P(explorer, planted_in_asymmetric_phaser, explorer_engine);

}  // namespace stillpoint::verify::planted
