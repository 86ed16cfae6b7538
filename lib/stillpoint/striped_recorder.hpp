// SPDX-License-Identifier: BSL-1.0
//
// striped_recorder: many threads record, each into a T of its own; a reader takes what was recorded since the
// last sample, merged, complete and at rest.
//
// For what a recorder is for, where its T would be one place that all threads write to: counters, histograms.
// A recording has its T to itself, so f need not be atomic, and T's members need not be.
//
// Costs. record: a writer section of the phaser, one acquire load, and f. With the default phaser, a thread
// that owns a stripe touches no cache line that another thread writes, and makes two stores besides f's.
// A thread that owns none locks a mutex for each recording, which all such threads share. sample: a reset
// and a merge for each thread that has recorded, and a flip. Memory: two T for each of the threads, up to 64,
// that record at the same time; three T besides, the phaser, and 16 KiB. A stripe's T is allocated by the
// first recording there, once for each of the two buffers.
//
// Do not use it where T is large and threads are many (memory, time to merge), or where T cannot be merged,
// as a log in the order of events.
//
// Progress. record: wait-free where f is, for a thread that owns a stripe, once its T are allocated; else
// blocking, on other such threads' recordings. sample, sample_into: blocking, on other samplers and on
// recordings that began before.
//
// What the caller owes:
//   1. What Merge does puts all that its second argument has into the first one. Reset makes a T as good as
//      new. An exception of Merge, or of the reset of what is merged into, loses that interval.
//   2. f does not call record or sample on the same recorder, ends in finite time, and keeps no reference to
//      its T&. It is not called in a signal handler, and does not move from one thread to another.
//   3. A sample's guard is destroyed in finite time, by the thread that took it, which takes no other sample
//      of the same recorder meanwhile.
//   4. The process has one copy of the library's inline variables.
//
// What the class owes: as recorder, and recordings_need_not_be_atomic. docs/recorder.md says what each means
// and how it is checked.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <functional>
#include <utility>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/atomics_policy.hpp"
#include "stillpoint/detail/one_copy.hpp"
#include "stillpoint/detail/stripe_buffers.hpp"
#include "stillpoint/detail/typestate.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/std_policy.hpp"

// A product's global variables may have the names of our parameters.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

namespace stillpoint {

namespace detail {

template <class T>
concept mergeable = requires(T& into, const T& from) {
  merge(into, from);
}
|| requires(T& into, const T& from) {
  into += from;
};

}  // namespace detail

// How what one stripe has recorded is added to the sample: by merge(into, from) if the type has one, else by
// into += from.
struct merge_buffers {
  template <detail::mergeable T>
  void operator()(T& into, const T& from) const {
    if constexpr (requires { merge(into, from); }) {
      merge(into, from);
    } else {
      into += from;
    }
  }
};

template <std::default_initializable T, atomics_policy P = std_policy,
          class Phaser = asymmetric_writer_reader_phaser<P>, class Merge = merge_buffers,
          class Reset = reset_buffer>
class striped_recorder {
  static_assert(std::invocable<const Merge&, T&, const T&>,
                "T: has merge(T&, const T&), found by its arguments, or +=; else give a Merge of your own");

  using buffers = detail::stripe_buffers<T, P>;

  struct reset_all {
    void operator()(buffers& idle) const {
      idle.for_each([](T& each) { Reset()(each); });
    }
  };
  using recorder_type = recorder<buffers, P, Phaser, reset_all>;

 public:
  // What was recorded in one interval. Holds the samplers' lock: keep it short.
  class [[nodiscard]] interval {
   public:
    interval(const interval&) = delete;
    interval& operator=(const interval&) = delete;
    ~interval() = default;

    const T& operator*() const noexcept STILLPOINT_LIFETIME_BOUND { return merged_; }
    const T* operator->() const noexcept STILLPOINT_LIFETIME_BOUND { return &merged_; }

   private:
    friend striped_recorder;

    explicit interval(striped_recorder& owner)
        : ended_(owner.recorded_.sample()), merged_(owner.merge_all(*ended_)) {}

    typename recorder_type::interval ended_;
    T& merged_;
  };

  striped_recorder() = default;
  striped_recorder(const striped_recorder&) = delete;
  striped_recorder& operator=(const striped_recorder&) = delete;

  // Runs f(T&) on a T of the active buffer that is the caller's alone meanwhile, inside a writer section, and
  // returns what f returns. If f throws, the section ends and the exception passes on; what f did until then
  // stays recorded. If there is no memory for a T, f is not run.
  template <std::invocable<T&> F>
  decltype(auto) record(F&& f) {
    copy_.require("striped_recorder::record");
    return recorded_.record(
        [&f](buffers& active) -> decltype(auto) { return active.run_alone(std::forward<F>(f)); });
  }

  // Ends the current interval and hands back what was recorded in it, merged and at rest for as long as the
  // guard lives. If resetting the idle buffer throws, the interval goes on and nothing is lost.
  [[nodiscard]] interval sample() STILLPOINT_LIFETIME_BOUND { return interval(*this); }

  // Ends the current interval and swaps what was recorded in it into `recycled`, whose previous content is
  // emptied and used for a later sample.
  void sample_into(T& recycled) requires std::swappable<T> {
    const interval ended(*this);
    using std::swap;
    swap(recycled, ended.merged_);
  }

 private:
  // The caller holds the samplers' lock, which guards merged_.
  T& merge_all(const buffers& ended) {
    Reset()(merged_);
    ended.for_each([this](const T& each) { Merge()(merged_, each); });
    return merged_;
  }

  recorder_type recorded_;
  T merged_{};
  [[no_unique_address]] detail::one_copy<P> copy_{};
};

}  // namespace stillpoint

#pragma GCC diagnostic pop
