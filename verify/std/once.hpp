// SPDX-License-Identifier: BSL-1.0
//
// once_flag, call_once: std's, for clients over a checker's policy. The call that returns happens before all
// other calls return; one that throws happens before the next one is made.
#pragma once

#include <functional>
#include <utility>

#include "verify/client.hpp"

namespace stillpoint::verify {

template <checker_policy P>
class once_flag {
 public:
  once_flag() = default;
  once_flag(const once_flag&) = delete;
  once_flag& operator=(const once_flag&) = delete;

 private:
  enum class state : unsigned char { not_called, running, returned };

  template <checker_policy Q, class F, class... Args>
  friend void call_once(once_flag<Q>& flag, F&& function, Args&&... args);

  // Whether the caller is to make the call; otherwise it has been made.
  bool begin() {
    for (;;) {
      // acquire: pairs with the release in end.
      state seen =
          P::await(state_, std::memory_order_acquire, [](state s) { return s != state::running; }, {});
      if (seen == state::returned) return false;
      // acquire: what a call did that threw.
      if (state_.compare_exchange_strong(seen, state::running, std::memory_order_acquire,
                                         std::memory_order_relaxed))
        return true;
    }
  }
  void end(state how) { state_.store(how, std::memory_order_release); }

  typename P::template atomic<state> state_{state::not_called};
};

template <checker_policy P, class F, class... Args>
void call_once(once_flag<P>& flag, F&& function, Args&&... args) {
  using state = typename once_flag<P>::state;
  if (!flag.begin()) return;
  try {
    std::invoke(std::forward<F>(function), std::forward<Args>(args)...);
  } catch (...) {
    flag.end(state::not_called);
    throw;
  }
  flag.end(state::returned);
}

}  // namespace stillpoint::verify
