// SPDX-License-Identifier: BSL-1.0
//
// recorder: many threads record into a T; a reader takes what was recorded since the last sample, complete
// and at rest.
//
// For histograms, counters, logs in memory: anything that writers update in place and a reporter wants in
// intervals. Two buffers and a phaser; the composition that HdrHistogram's Recorder made known.
//
// Costs. Memory: two T, and the phaser. record: a writer section of the phaser, and one acquire load. sample:
// a reset of the idle buffer, a flip, and waiting for the recordings under way. By default, the phaser is an
// asymmetric_writer_reader_phaser: 10 KiB, two plain stores for each recording, a heavy fence for each
// sample. Where recorders are many, or samples frequent, take the plain writer_reader_phaser. Do not use it
// when a recording may block, or when one reader's occasional torn view of T would do.
//
// Progress. record: wait-free where fetch_add and f are. sample, sample_into: blocking, on other samplers and
// on recordings that began before.
//
// What the caller owes:
//   1. Recordings run concurrently on the same T: f(T&) must be safe against itself (atomic members, a slot
//      per thread).
//   2. f does not call record or sample on the same recorder, and ends in finite time.
//   3. The Phaser's own requirements: the default one's forbid record in a signal handler, and two copies of
//      the library's inline variables in a process.
//   4. A sample's guard is destroyed in finite time (other samplers wait for it, recordings do not), by the
//      thread that took it, which takes no other sample of the same recorder meanwhile.
//
// What the class owes: every_recording_is_sampled_once, sample_is_stable, samples_exclude_each_other.
// docs/recorder.md says what each means and how it is checked.
#pragma once

#include <atomic>
#include <concepts>
#include <functional>
#include <utility>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/typestate.hpp"
#include "stillpoint/std_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

// How a buffer is emptied before it takes part again: its own reset(), else assignment of a new one.
struct reset_buffer {
  template <class T>
  void operator()(T& buffer) const {
    if constexpr (requires { buffer.reset(); }) {
      buffer.reset();
    } else {
      buffer = T();
    }
  }
};

// Phaser is asymmetric_writer_reader_phaser<P>, striped_writer_reader_phaser<P> or writer_reader_phaser<P>.
template <class T, atomics_policy P = std_policy, class Phaser = asymmetric_writer_reader_phaser<P>,
          class Reset = reset_buffer>
class recorder {
 public:
  // What was recorded in one interval. Holds the samplers' lock: keep it short.
  class [[nodiscard]] interval {
   public:
    interval(const interval&) = delete;
    interval& operator=(const interval&) = delete;
    ~interval() = default;

    const T& operator*() const noexcept STILLPOINT_LIFETIME_BOUND { return *ended_; }
    const T* operator->() const noexcept STILLPOINT_LIFETIME_BOUND { return ended_; }

   private:
    friend recorder;

    explicit interval(recorder& owner) : reader_(owner.phaser_), ended_(owner.flip_buffers(reader_)) {}

    typename Phaser::reader_guard reader_;
    T* ended_;
  };

  recorder() = default;
  // Both buffers are made from the same arguments.
  template <class... Args>
  requires std::constructible_from<T, const Args&...>
  explicit recorder(std::in_place_t, const Args&... args) : first_(args...), second_(args...) {}
  recorder(const recorder&) = delete;
  recorder& operator=(const recorder&) = delete;

  // Runs f(T&) on the active buffer inside a writer section and returns what f returns. If f throws, the
  // section ends and the exception passes on; what f did until then stays recorded.
  template <std::invocable<T&> F>
  decltype(auto) record(F&& f) {
    const typename Phaser::writer_section inside(phaser_);
    // acquire: pairs with the release store in flip_buffers. A recording that entered before the flip may
    // find the new buffer; it must see how the sampler emptied it.
    T* const active = active_.load(std::memory_order_acquire);
    return std::invoke(std::forward<F>(f), *active);
  }

  // Ends the current interval and hands back what was recorded in it, at rest for as long as the guard lives.
  // If resetting the idle buffer throws, the interval goes on and nothing is lost.
  [[nodiscard]] interval sample() STILLPOINT_LIFETIME_BOUND { return interval(*this); }

  // Ends the current interval and swaps what was recorded in it into `recycled`, whose previous content is
  // emptied and used for a later interval. Nothing is allocated by the recorder. For a T that cannot be
  // swapped, as one with atomic members, there is sample() alone.
  void sample_into(T& recycled) requires std::swappable<T> {
    const interval ended(*this);
    using std::swap;
    swap(recycled, *ended.ended_);
  }

 private:
  // Returns the buffer of the interval that ended, at rest. The caller holds the reader lock, which `reader`
  // stands for.
  T* flip_buffers(typename Phaser::reader_guard& reader) {
    T* const next = P::read(inactive_);
    Reset()(*next);
    // relaxed: only samplers store it, and the reader lock orders them.
    T* const ended = active_.load(std::memory_order_relaxed);
    // release: pairs with the acquire load in record; the new buffer is found empty.
    active_.store(next, std::memory_order_release);
    reader.flip();
    P::write(inactive_, ended);
    return ended;
  }

  Phaser phaser_;
  T first_{};
  T second_{};
  typename P::template atomic<T*> active_{&first_};
  // Guarded by the reader lock.
  typename P::template plain<T*> inactive_{&second_};
};

}  // namespace stillpoint

#pragma GCC diagnostic pop
