// SPDX-License-Identifier: BSL-1.0
//
// history: what the threads of a client called, with which results, and in which order as far as there was
// one.
//
// Each thread writes to slots of its own, so that recording neither races nor takes memory from the heap
// (which some engines watch); read it once the threads have ended. Order is what the engine's clock says:
// real time between threads of the machine, happens-before in the explorer.
//
//   auto& call = calls.invoke(thread, {action::pop});
//   call.operation.result = stack.pop();
//   calls.respond(call);
//
// A call that is invoked and never responds is pending: it may have taken effect, or not.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace stillpoint::verify {

// What a history asks of an engine. Every checker_policy provides it.
template <class P>
concept history_clock = requires(const typename P::moment& moment) {
  { P::now() } -> std::same_as<typename P::moment>;
  { P::precedes(moment, moment) } -> std::same_as<bool>;
};

template <history_clock P, class Operation, unsigned Threads, std::size_t PerThread>
class history {
 public:
  using operation_type = Operation;
  using moment = typename P::moment;
  static constexpr std::size_t capacity = Threads * PerThread;
  static_assert(capacity <= 64, "the search for a linearization keeps sets of calls in 64 bits");

  struct call {
    Operation operation{};
    unsigned thread = 0;
    std::optional<moment> invoked{};
    std::optional<moment> responded{};
    // Counts the thread's own invocations and responses.
    std::size_t invoked_as = 0;
    std::size_t responded_as = 0;

    bool pending() const { return !responded; }
  };

  // The reference stays valid. If the thread's slots are used up, the history says overflowed() from then on
  // and is good for nothing.
  call& invoke(unsigned thread, const Operation& operation) {
    lane& mine = lanes_[thread];
    if (mine.used == PerThread) {
      mine.overflowed = true;
      --mine.used;
    }
    call& made = mine.calls[mine.used++];
    made = call{};
    made.operation = operation;
    made.thread = thread;
    made.invoked_as = mine.events++;
    made.invoked = P::now();
    return made;
  }

  void respond(call& made) {
    made.responded_as = lanes_[made.thread].events++;
    made.responded = P::now();
  }

  bool overflowed() const {
    for (const lane& each : lanes_) {
      if (each.overflowed) return true;
    }
    return false;
  }

  // Calls are numbered thread by thread, and within each in the order of their invocations.
  std::size_t size() const {
    std::size_t sum = 0;
    for (const lane& each : lanes_) sum += each.used;
    return sum;
  }

  const call& operator[](std::size_t index) const {
    unsigned thread = 0;
    while (index >= lanes_[thread].used) index -= lanes_[thread++].used;
    return lanes_[thread].calls[index];
  }

  // Whether call `a` was over before call `b` was made.
  bool precedes(std::size_t a, std::size_t b) const {
    const call& first = (*this)[a];
    const call& second = (*this)[b];
    if (first.pending()) return false;
    if (first.thread == second.thread) return first.responded_as < second.invoked_as;
    return P::precedes(*first.responded, *second.invoked);
  }

 private:
  struct lane {
    std::array<call, PerThread> calls{};
    std::size_t used = 0;
    std::size_t events = 0;
    bool overflowed = false;
  };

  std::array<lane, Threads> lanes_{};
};

}  // namespace stillpoint::verify
