// SPDX-License-Identifier: BSL-1.0
//
// RapidCheck's view of random programs: `*rc::gen::arbitrary<program>()`, or a `program` as an argument of a
// property. For fuzzing a checker against the enumerator. Failing programs shrink and print as text that
// `parse` reads back.
#pragma once

#include <rapidcheck.h>

#include <utility>
#include <vector>

#include "verify/explorer/oracle/random_program.hpp"
#include "verify/explorer/oracle/shrink.hpp"

namespace stillpoint::verify::oracle {

inline rc::Gen<program> any_program(const program_limits& limits = {}) {
  return [limits](rc::Random random, int) {
    return rc::shrinkable::shrinkRecur(random_program(random.next(), limits), [](const program& p) {
      return rc::seq::fromContainer(simpler_programs(p));
    });
  };
}

}  // namespace stillpoint::verify::oracle

namespace rc {

template <>
struct Arbitrary<stillpoint::verify::oracle::program> {
  static Gen<stillpoint::verify::oracle::program> arbitrary() {
    return stillpoint::verify::oracle::any_program();
  }
};

}  // namespace rc
