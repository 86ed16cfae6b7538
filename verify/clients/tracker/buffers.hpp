// SPDX-License-Identifier: BSL-1.0
//
// What a tracker is for: buffers that holders of a token write, and who increments reads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "verify/client.hpp"

namespace stillpoint::verify::clients {

// Two buffers with one plain slot per user, of which a token's generation says which one to use: what a
// tracker is for.
template <class P, class Tracker, unsigned Users, std::size_t Buffers = 2>
struct tracked_buffers {
  using slot = typename P::template plain<int>;

  Tracker tracker;
  std::array<std::array<slot, Users>, Buffers> buffers{};
  // What was taken out so far, by whoever increments.
  std::array<slot, Users> taken{};

  void use(unsigned user) {
    const auto token = tracker.acquire();
    write(token, user);
  }

  template <class Token>
  void write(const Token& token, unsigned user) {
    slot& mine = buffers[token.generation() % Buffers][user];
    P::write(mine, P::read(mine) + 1);
  }

  void take() { empty(tracker.increment()); }

  void empty(std::uint64_t generation) {
    for (unsigned user = 0; user < Users; ++user) {
      slot& from = buffers[generation % Buffers][user];
      P::write(taken[user], P::read(taken[user]) + P::read(from));
      P::write(from, 0);
    }
  }

  int total(unsigned user) const {
    int sum = P::read(taken[user]);
    for (const auto& buffer : buffers) sum += P::read(buffer[user]);
    return sum;
  }
};

// Some threads use what belongs to the current generation, one takes out what belongs to the old one. What is
// unfinished, or late, is a data race, which every engine reports.
template <checker_policy P, class Tracker, unsigned Users, unsigned Uses, unsigned Increments,
          unsigned Incrementer = 1>
struct what_holders_wrote_is_seen_base {
  static constexpr unsigned threads = Users + 1;
  tracked_buffers<P, Tracker, Users> data;

  void thread(unsigned index) {
    if (index == Incrementer) {
      for (unsigned increment = 0; increment < Increments; ++increment) data.take();
    } else {
      for (unsigned use = 0; use < Uses; ++use) data.use(index < Incrementer ? index : index - 1);
    }
  }

  void after() {
    for (unsigned user = 0; user < Users; ++user) {
      P::check(data.total(user) == static_cast<int>(Uses), "what each holder wrote is found once");
    }
  }
};

// Nobody waits for what is begun here, until there is no slot for another generation.
template <checker_policy P, class Tracker>
struct dropped_pending_loses_nothing_base {
  static constexpr unsigned threads = 2;
  tracked_buffers<P, Tracker, 1, 4> data;

  void thread(unsigned index) {
    if (index == 0) {
      data.use(0);
      data.use(0);
    } else {
      static_cast<void>(data.tracker.begin_increment());
      static_cast<void>(data.tracker.begin_increment());
      // By now the first one's end has been waited for.
      data.empty(0);
    }
  }

  void after() {
    P::check(data.tracker.generation() == 2 && data.tracker.increment() == 2, "the increments took place");
    P::check(data.total(0) == 2, "what each holder wrote is found once");
  }
};

// The four generations of a tracker that has no more: from the last one on.
template <checker_policy P, class Tracker>
struct generations_wrap_around_unharmed_base {
  static constexpr unsigned threads = 2;
  tracked_buffers<P, Tracker, 1> data;

  generations_wrap_around_unharmed_base() {
    for (int increment = 0; increment < 3; ++increment) data.tracker.increment();
  }

  void thread(unsigned index) {
    if (index == 0) {
      data.use(0);
    } else {
      P::check(data.tracker.increment() == 3, "the last generation");
      data.empty(3);
      P::check(data.tracker.increment() == 0, "is followed by the first one");
      data.empty(0);
    }
  }

  void after() {
    P::check(data.tracker.generation() == 1, "and so on");
    P::check(data.total(0) == 1, "what each holder wrote is found once");
  }
};

}  // namespace stillpoint::verify::clients
