// SPDX-License-Identifier: BSL-1.0
//
// The asymmetric pair of fences of WG21 P1202 for real machines. On Linux the heavy fence asks the kernel to
// run a full barrier on every core that executes a thread of this process (membarrier, PRIVATE_EXPEDITED), so
// that the light one need only stop the compiler. Elsewhere, where the kernel refuses, and where
// STILLPOINT_MEMBARRIER is 0, both are seq_cst fences.
//
// A light fence may be a mere compiler barrier only once the process is registered with the kernel. That is
// decided once, during static initialization or by the first heavy fence, whichever is earlier; until then
// light fences are real. A heavy fence that cannot run afterwards ends the process: other threads rely on it.
#pragma once

#include <atomic>

#if !defined(STILLPOINT_MEMBARRIER)
#define STILLPOINT_MEMBARRIER 1
#endif

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

#include "stillpoint/detail/failure.hpp"
#endif

#if defined(STILLPOINT_EXPLORED)
// The explorer of compiled code, which stands in ThreadSanitizer's place, follows fences.
#elif defined(__SANITIZE_THREAD__)
#define STILLPOINT_FENCES_BY_UPDATES 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define STILLPOINT_FENCES_BY_UPDATES 1
#endif
#endif

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

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

// Only where light_is_free() has said so.
[[gnu::always_inline]] inline void free_light_fence() noexcept {
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

// Where there is no heavy fence that would make light ones free.
struct full_fences {
  static bool light_is_free() noexcept { return false; }
  static void light() noexcept { full_fence(); }
  static void heavy() noexcept { full_fence(); }
};

#if defined(__linux__) && defined(__NR_membarrier)

struct linux_kernel {
  // 0, or the error's number. errno stays as it is: a fence is no call whose caller asks for it.
  static int membarrier(int command) noexcept {
    const int before = errno;
    const int error = syscall(__NR_membarrier, command, 0, 0) == 0 ? 0 : errno;
    errno = before;
    return error;
  }

  static void pause() noexcept {
    const int before = errno;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    errno = before;
  }
};

// Visible: a process has to have one answer, also where shared objects are compiled with
// -fvisibility=hidden.
template <class Kernel>
class [[gnu::visibility("default")]] membarrier_fences {
 public:
  // Once true, always true, for all threads: a registration is for good.
  static bool light_is_free() noexcept {
    // relaxed: the kernel's registration is process-wide; whoever reads true is entitled to rely on it at
    // once.
    return free_.load(std::memory_order_relaxed);
  }

  static void light() noexcept {
    if (light_is_free()) [[likely]] {
      free_light_fence();
    } else {
      full_fence();
    }
  }

  static void heavy() noexcept {
    full_fence();
    if (!decide()) return;
    const int error = Kernel::membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    if (error != 0) [[unlikely]]
      insist(error);
    full_fence();
  }

  // Registers the process, unless that was tried before. Whether light fences are free from now on; the same
  // for all threads, although the kernel might refuse one of them and not the other.
  static bool decide() noexcept {
    static const bool registered = [] {
      const bool done = Kernel::membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
      // relaxed: as above.
      free_.store(done, std::memory_order_relaxed);
      return done;
    }();
    return registered;
  }

 private:
  // About a second of them: the kernel lacks memory for less than that, or for good.
  static constexpr int retries = 1000;

  // The kernel has not run the barrier, and other threads' light fences are free.
  [[gnu::cold, gnu::noinline]] static void insist(int error) noexcept {
    // The kernel had no memory for a set of cores.
    for (int retry = 0; error == ENOMEM && retry < retries; ++retry) {
      Kernel::pause();
      error = Kernel::membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    }
    // The registration is lost in a process that was restored from a checkpoint, and can be made again.
    if (error == EPERM && Kernel::membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0)
      error = Kernel::membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    if (error != 0) fail(error);
  }

  [[noreturn]] static void fail(int error) noexcept {
    char text[200];
    std::snprintf(text, sizeof text,
                  "heavy_fence: membarrier, which worked when the process began, fails with errno %d; allow "
                  "the system call, or compile with -DSTILLPOINT_MEMBARRIER=0",
                  error);
    terminate(text);
  }

  // Constant-initialized to false, so that code that runs before it is decided takes real fences.
  static inline constinit std::atomic<bool> free_{false};
};

using process_fences = membarrier_fences<linux_kernel>;
inline constexpr bool has_membarrier = STILLPOINT_MEMBARRIER != 0;

#if STILLPOINT_MEMBARRIER
inline const bool light_fences_decided = process_fences::decide();
#endif

#else

using process_fences = full_fences;
inline constexpr bool has_membarrier = false;

#endif

}  // namespace stillpoint::detail

#pragma GCC diagnostic pop
