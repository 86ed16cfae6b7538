// SPDX-License-Identifier: BSL-1.0
#include "verify/planted/asymmetric_phaser_tests.hpp"
#include "verify/relacy/run.hpp"

namespace stillpoint::verify::planted {

// As in C++11.
template <>
constexpr bool relaxed_store_ends_release_sequence<relacy_engine> = false;

INSTANTIATE_TYPED_TEST_SUITE_P(relacy, planted_in_asymmetric_phaser, relacy_engine);

}  // namespace stillpoint::verify::planted
