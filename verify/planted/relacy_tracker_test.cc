// SPDX-License-Identifier: BSL-1.0
#include "verify/planted/tracker_tests.hpp"
#include "verify/relacy/run.hpp"

namespace stillpoint::verify::planted {

INSTANTIATE_TYPED_TEST_SUITE_P(relacy, planted_in_tracker, relacy_engine);

}  // namespace stillpoint::verify::planted
