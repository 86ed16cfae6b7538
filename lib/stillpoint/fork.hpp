// SPDX-License-Identifier: BSL-1.0
//
// after_fork_in_child: for the child of a process that had several threads, which goes on without exec.
//
// The child has one thread. The numbers of stripes that the parent's other threads owned stay taken in it, as
// do the tokens, snapshots, sections and locks that they held. This function gives the numbers back; nothing
// gives back the rest. docs/vendoring.md says what may be called in the child.
//
// Costs: some stores. Call it once, first thing in the child, before there is another thread; in
// pthread_atfork's child handler, for example.
#pragma once

#include "stillpoint/detail/thread_stripe.hpp"

namespace stillpoint {

// The numbers of threads that the child does not have are free for its own threads.
inline void after_fork_in_child() noexcept {
  detail::thread_stripe::after_fork_in_child();
}

}  // namespace stillpoint
