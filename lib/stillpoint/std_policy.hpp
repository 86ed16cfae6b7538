// SPDX-License-Identifier: BSL-1.0
//
// std_policy: the atomics policy of products. std::atomic, real threads, asymmetric fences, patient waiting.
//
// Cost: none of its own. atomic<T> is std::atomic<T>, plain<T> is T, read and write are a reference and an
// assignment; a test compares the generated instructions with hand-written std::atomic code. light_fence() is
// a compiler barrier. heavy_fence() is a system call of some microseconds on Linux (membarrier), so it
// belongs on the rare side; where the call is missing or refused when the process begins, and where
// STILLPOINT_MEMBARRIER is 0, both are real seq_cst fences. The setting is part of the policy's type, as
// STILLPOINT_CHECKED is.
//
// Errors: a heavy fence that the kernel refuses although light ones rely on it ends the process with a
// message (std::terminate). Whether misuse of a primitive is diagnosed is said in freestanding_policy.hpp, of
// which this is an extension.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <thread>
#include <type_traits>
#include <utility>

#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/asymmetric_fence.hpp"
#include "stillpoint/detail/thread_stripe.hpp"
#include "stillpoint/freestanding_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

// How to pass the time between two looks at a value.
enum class waiting : unsigned char {
  // Spins, then yields, then sleeps for ever longer up to a millisecond. Right where nothing is known.
  patiently,
  // Never gives up the core. The shortest wait if the other thread has a core of its own; if it shares this
  // one, it runs only when the scheduler takes the core away.
  spinning,
  // Lets other threads run at once: for two threads that share a core.
  yielding,
  // Sleeps at once, for ever longer up to a millisecond: for long waits that should cost little.
  sleeping,
};

// Waits patiently unless told otherwise. Constructed with a duration it sleeps for that long each time (zero:
// yields each time).
class patient_waiter {
 public:
  patient_waiter() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): so that a call says wait(waiting::yielding).
  patient_waiter(waiting how) noexcept {
    if (how == waiting::spinning) spins_ = without_end;
    if (how == waiting::yielding || how == waiting::sleeping) spins_ = 0;
    if (how == waiting::yielding) yields_ = without_end;
    if (how == waiting::sleeping) yields_ = 0;
  }
  explicit patient_waiter(std::chrono::nanoseconds pause) noexcept
      : pause_(pause),
        spins_(0),
        yields_(pause > std::chrono::nanoseconds::zero() ? 0 : without_end),
        pauses_grow_(false) {}

  void operator()() {
    if (turn_of(spins_)) {
      spinning_waiter()();
    } else if (turn_of(yields_)) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(pause_);
      if (pauses_grow_ && pause_ < longest_pause) pause_ *= 2;
    }
  }

 private:
  using turns = std::uint16_t;

  // A writer's section is expected to be over within a few hundred cycles; past that the other thread is
  // likely not running, and spinning would only take its core.
  static constexpr turns few = 64;
  static constexpr turns without_end = std::numeric_limits<turns>::max();
  static constexpr std::chrono::nanoseconds longest_pause = std::chrono::milliseconds(1);

  static bool turn_of(turns& left) noexcept {
    if (left == 0) return false;
    if (left != without_end) --left;
    return true;
  }

  // Two registers' worth, as every wait is given one.
  std::chrono::nanoseconds pause_ = std::chrono::microseconds(1);
#if defined(STILLPOINT_EXPLORED)
  // Under the explorer of compiled code each number of turns left would be another state of the loop.
  turns spins_ = 0;
  turns yields_ = without_end;
#else
  turns spins_ = few;
  turns yields_ = few;
#endif
  bool pauses_grow_ = true;
};

// Whether a time is over that began when this was made. A time too long for the clock never is.
class steady_deadline {
 public:
  template <class Rep, class Period>
  explicit steady_deadline(const std::chrono::duration<Rep, Period>& from_now) : end_(clock::now()) {
    const std::chrono::duration<double> left_of_clock = clock::time_point::max() - end_;
    never_ = std::chrono::duration<double>(from_now) >= left_of_clock / 2;
    if (!never_) end_ += std::chrono::ceil<clock::duration>(from_now);
  }

  bool passed() const { return !never_ && clock::now() >= end_; }

 private:
  using clock = std::chrono::steady_clock;

  clock::time_point end_;
  bool never_ = false;
};

// Visible: what a process has one of per policy it has one of also where shared objects are compiled with
// -fvisibility=hidden.
template <bool Checked, bool Membarrier = detail::has_membarrier>
struct [[gnu::visibility("default")]] basic_std_policy;

template <bool Checked, bool Membarrier>
struct basic_std_policy : basic_freestanding_policy<Checked> {
  using mutex = std::mutex;
  using waiter = patient_waiter;
  using deadline = steady_deadline;
  using thread_id = std::uintptr_t;

  static constexpr std::size_t stripe_count = 16;

  static void fence(std::memory_order order) noexcept { std::atomic_thread_fence(order); }
  static void light_fence() noexcept { fences::light(); }
  static void heavy_fence() noexcept { fences::heavy(); }

  // Which copy of the inline variables the caller sees; a process should have one.
  static constexpr const void* inline_variables() noexcept { return detail::thread_stripe::copy(); }

  // Threads take the stripes in turn, so that up to stripe_count threads that live at the same time share
  // none.
  static std::size_t stripe() noexcept {
    static constinit std::atomic<std::size_t> next{0};
    // One is added so that zero says "not yet assigned" and the variable needs no dynamic initialization.
    static thread_local constinit std::size_t mine = 0;
    // relaxed: only the distinctness of the numbers matters.
    if (mine == 0) [[unlikely]]
      mine = next.fetch_add(1, std::memory_order_relaxed) % stripe_count + 1;
    return mine - 1;
  }

  // Claimed at a thread's first call, the lowest that is free; free again when the thread ends.
  static constexpr std::size_t owned_stripe_limit = detail::thread_stripe::limit;
  static std::size_t owned_stripe() noexcept { return detail::thread_stripe::index(); }
  static std::size_t stripes_in_use() noexcept { return detail::thread_stripe::in_use(); }

  // For a tracker's hot path: a thread asks once whether light fences are free, and not at each fence.
  [[gnu::always_inline]] static std::size_t quick_stripe(std::size_t limit) noexcept {
    if constexpr (Membarrier) {
      return detail::thread_stripe::quick_index(limit);
    } else {
      return no_stripe;
    }
  }
  [[gnu::always_inline]] static void quick_light_fence() noexcept {
    if constexpr (Membarrier) {
      detail::free_light_fence();
    } else {
      detail::full_fence();
    }
  }

  static std::size_t concurrency() noexcept {
    const std::size_t threads = std::thread::hardware_concurrency();
    return threads == 0 ? 1 : threads;
  }

  static thread_id this_thread() noexcept {
#if defined(STILLPOINT_EXPLORED)
    // There, all threads have one address for a thread_local variable.
    return std::hash<std::thread::id>()(std::this_thread::get_id());
#else
    static thread_local constinit char anchor = 0;
    return reinterpret_cast<thread_id>(&anchor);
#endif
  }

  template <class T, class... Args>
  static T* create(Args&&... args) {
    return new T(std::forward<Args>(args)...);
  }

  template <class T>
  static void destroy(T* object) {
    delete object;
  }

  // count * sizeof(T) must not overflow.
  template <class T>
  static T* create_array(std::size_t count, std::size_t alignment) {
    static_assert(std::is_nothrow_default_constructible_v<T>);
    auto* const first = static_cast<T*>(::operator new(count * sizeof(T), aligned_for<T>(alignment)));
    std::uninitialized_value_construct_n(first, count);
    return first;
  }

  template <class T>
  static void destroy_array(T* first, std::size_t count, std::size_t alignment) {
    std::destroy_n(first, count);
    ::operator delete(first, aligned_for<T>(alignment));
  }

 private:
  using fences = std::conditional_t<Membarrier, detail::process_fences, detail::full_fences>;

  template <class T>
  static constexpr std::align_val_t aligned_for(std::size_t alignment) {
    return static_cast<std::align_val_t>(alignment < alignof(T) ? alignof(T) : alignment);
  }
};

using std_policy = basic_std_policy<STILLPOINT_CHECKED != 0>;

static_assert(atomics_policy<std_policy>);

}  // namespace stillpoint

#pragma GCC diagnostic pop
