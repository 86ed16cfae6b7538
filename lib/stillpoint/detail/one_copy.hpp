// SPDX-License-Identifier: BSL-1.0
//
// one_copy: notices, where P::checked, that an object is used by two parts of a program that have each a copy
// of the library's inline variables. Each copy numbers the threads for itself, so that two threads would own
// the same stripe of the object.
//
// Only for policies that say which copy they see. All zero until the first use.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdio>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/failure.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint::detail {

// What P::inline_variables() returns differs between copies, and is a constant within one.
template <class P>
concept policy_knows_its_copy = requires {
  { P::inline_variables() } -> std::same_as<const void*>;
};

template <atomics_policy P>
class one_copy {
 public:
  [[gnu::always_inline]] void require(const char*) const noexcept {}
};

template <atomics_policy P>
requires(P::checked&& policy_knows_its_copy<P>) class one_copy<P> {
 public:
  // Errors: std::logic_error, in the name of `call`, if another copy was used before.
  [[gnu::always_inline]] void require(const char* call) {
    // relaxed: an address that is compared, no more.
    const void* const used = used_.load(std::memory_order_relaxed);
    if (used != P::inline_variables()) [[unlikely]]
      settle(call, used);
  }

 private:
  [[gnu::cold, gnu::noinline]] void settle(const char* call, const void* used) {
    const void* const mine = P::inline_variables();
    // relaxed: as above. Of two parts that use the object first, one finds the other's.
    if (used == nullptr &&
        used_.compare_exchange_strong(used, mine, std::memory_order_relaxed, std::memory_order_relaxed)) {
      return;
    }
    if (used == mine) return;
    char text[200];
    std::snprintf(text, sizeof text,
                  "%s: the object is used by two parts of the program that have each a copy of the library's "
                  "inline variables; see docs/vendoring.md, one copy",
                  call);
    fail_logic(text);
  }

  std::atomic<const void*> used_{nullptr};
};

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
