// SPDX-License-Identifier: BSL-1.0
//
// Abseil: what synchronizes in its headers alone. Its locks do their waiting in its libraries, which are not
// instrumented.
#include <absl/base/call_once.h>
#include <absl/base/internal/spinlock.h>
#include <absl/strings/internal/cord_internal.h>

#include <cassert>
#include <thread>

#include "verify/gallery/testing.hpp"

namespace {

using stillpoint::verify::gallery::is_not_followed;
using stillpoint::verify::gallery::passes;

TEST(absl, refcount_last_one_deletes) {
  passes([] {
    struct shared {
      absl::cord_internal::RefcountAndFlags count;
      int value = 1;
    };
    auto* const one = new shared;
    one->count.Increment();
    const auto leave = [=] {
      assert(one->value == 1);
      if (!one->count.Decrement()) delete one;
    };
    std::thread other(leave);
    leave();
    other.join();
  });
}

TEST(absl, call_once) {
  is_not_followed(
      [] {
        absl::once_flag flag;
        int made = 0;
        const auto once = [&] {
          absl::call_once(flag, [&] { ++made; });
          assert(made == 1);
        };
        std::thread other(once);
        once();
        other.join();
      },
      "changed by code that is not instrumented");
}

TEST(absl, spinlock) {
  is_not_followed(
      [] {
        absl::base_internal::SpinLock lock;
        int count = 0;
        const auto add = [&] {
          const absl::base_internal::SpinLockHolder held(&lock);
          ++count;
        };
        std::thread other(add);
        add();
        other.join();
      },
      "changed by code that is not instrumented");
}

}  // namespace
