// SPDX-License-Identifier: BSL-1.0
//
// The asymmetric pair of fences of WG21 P1202 for real machines. On Linux the heavy fence asks the kernel to
// run a full barrier on every core that executes a thread of this process (membarrier, PRIVATE_EXPEDITED), so
// that the light one need only stop the compiler. Elsewhere, and where the kernel refuses, both are seq_cst
// fences.
//
// A light fence may be a mere compiler barrier only once the process is registered with the kernel;
// registration happens during static initialization, and from then on every heavy fence's system call
// succeeds. Before it, both are real.
#pragma once

#include <atomic>

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#if defined(__SANITIZE_THREAD__)
#define STILLPOINT_FENCES_BY_UPDATES 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define STILLPOINT_FENCES_BY_UPDATES 1
#endif
#endif

namespace stillpoint::detail {

#if defined(STILLPOINT_FENCES_BY_UPDATES)

// ThreadSanitizer knows no fences, and GCC refuses them there. Updates of one place by all threads are at
// least as strong: each is ordered with all others.
inline constinit std::atomic<unsigned> fenced{0};
inline void full_fence() noexcept {
  // seq_cst: as the fence below.
  fenced.fetch_add(1, std::memory_order_seq_cst);
}

#undef STILLPOINT_FENCES_BY_UPDATES
#else

inline void full_fence() noexcept {
  // seq_cst: pairs with the fences of other threads, light and heavy; of any two, one comes first.
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

#endif

// Only where light_fences_are_free() has said so.
[[gnu::always_inline]] inline void free_light_fence() noexcept {
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

#if defined(__linux__) && defined(__NR_membarrier)

inline bool register_membarrier() noexcept {
  return syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

// Constant-initialized to false, so that code that runs before the dynamic initialization below takes real
// fences.
inline constinit std::atomic<bool> membarrier_registered{false};

inline const bool membarrier_initialized = [] {
  // relaxed: the kernel's registration is process-wide; whoever reads true is entitled to rely on it at once.
  membarrier_registered.store(register_membarrier(), std::memory_order_relaxed);
  return true;
}();

// Once true, always true, for all threads: a registration is for good.
inline bool light_fences_are_free() noexcept {
  // relaxed: see above.
  return membarrier_registered.load(std::memory_order_relaxed);
}

inline void light_fence() noexcept {
  if (light_fences_are_free()) [[likely]] {
    free_light_fence();
  } else {
    full_fence();
  }
}

inline void heavy_fence() noexcept {
  full_fence();
  // Called whatever this thread knows of the registration: a light fence on another thread may already rely
  // on it. Where the kernel has no such call it fails at once, and every light fence is a real one.
  syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
  full_fence();
}

#else

inline bool light_fences_are_free() noexcept {
  return false;
}
inline void light_fence() noexcept {
  full_fence();
}
inline void heavy_fence() noexcept {
  full_fence();
}

#endif

}  // namespace stillpoint::detail
