// SPDX-License-Identifier: BSL-1.0
//
// The known programs as programs of the explorer's, over its policy.
#pragma once

#include <new>

#include "verify/explorer/agreement/known_programs.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"

namespace stillpoint::verify::explorer {

using explored_programs = known_programs<explorer_policy>;

struct running_program {
  const explored_programs::bodies& threads;
  explored_programs::places at{};

  void thread(unsigned index) { threads[index](at); }
  void after() {}
};

// `threads` must outlive it.
inline program program_of(const explored_programs::bodies& threads) {
  return {[](void* argument) {
            const auto& code = *static_cast<const explored_programs::bodies*>(argument);
            run_client<running_program>(
                [&code](void* memory) { return ::new (memory) running_program{code}; },
                static_cast<unsigned>(code.size()));
          },
          const_cast<explored_programs::bodies*>(&threads)};
}

}  // namespace stillpoint::verify::explorer
