// SPDX-License-Identifier: BSL-1.0
#include "verify/planted/atomic_value_tests.hpp"
#include "verify/relacy/run.hpp"

namespace stillpoint::verify::planted {

INSTANTIATE_TYPED_TEST_SUITE_P(relacy, planted_in_atomic_value, relacy_engine);

}  // namespace stillpoint::verify::planted
