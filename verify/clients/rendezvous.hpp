// SPDX-License-Identifier: BSL-1.0
//
// The clients of the rendezvous, on the heap and in storage of the caller's: one per guarantee, run by every
// engine.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

#include "models/rendezvous.hpp"
#include "stillpoint/rendezvous.hpp"
#include "stillpoint/rendezvous_storage.hpp"
#include "verify/client.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

// What is swapped: plain memory that cannot be copied or moved. Its end is a write, which has to come after
// what either side did with it.
template <class P>
struct cell {
  cell() = default;
  cell(const cell&) = delete;
  cell& operator=(const cell&) = delete;
  ~cell() { P::write(value, -1); }

  typename P::template plain<int> value{0};

  int get() const { return P::read(value); }
  void set(int now) { P::write(value, now); }
};

// Where the two sides come from. Word and GenerationBits as in the library.
struct owned_kind {
  static constexpr std::string_view primitive = "rendezvous";

  template <class P, class T, class Word, unsigned GenerationBits>
  class sides {
   public:
    auto& operator[](unsigned index) { return index == 0 ? both_.first : both_.second; }
    // Each call makes a rendezvous of its own.
    static bool are_given_out_once() { return true; }

   private:
    static auto make() {
      if constexpr (std::is_void_v<T>) {
        return make_rendezvous<P, Word, GenerationBits>();
      } else {
        return make_rendezvous_data<T, P, Word, GenerationBits>();
      }
    }
    decltype(make()) both_ = make();
  };
};

struct storage_kind {
  static constexpr std::string_view primitive = "rendezvous_storage";

  template <class P, class T, class Word, unsigned GenerationBits>
  class sides {
    using storage = rendezvous_storage<T, P, Word, GenerationBits>;

   public:
    auto& operator[](unsigned index) { return index == 0 ? both_.first : both_.second; }
    bool are_given_out_once() {
      try {
        static_cast<void>(storage_.endpoints());
        return false;
      } catch (const std::logic_error&) {
        return true;
      }
    }

   private:
    storage storage_;
    std::pair<typename storage::endpoint, typename storage::endpoint> both_ = storage_.endpoints();
  };
};

template <class P, class Kind>
using barrier_sides =
    typename Kind::template sides<P, void, std::size_t, std::numeric_limits<std::size_t>::digits - 1>;
template <class P, class Kind>
using data_sides =
    typename Kind::template sides<P, cell<P>, std::size_t, std::numeric_limits<std::size_t>::digits - 1>;
// Two bits of generation: they wrap around at every fourth meeting.
template <class P, class Kind>
using tiny_sides = typename Kind::template sides<P, cell<P>, std::uint8_t, 2>;

// After the n-th wait, the other side has begun its n-th. What tells is relaxed, so that nothing but the
// rendezvous orders it.
template <checker_policy P, class Kind, int Meetings>
struct neither_side_passes_early_base {
  static constexpr unsigned threads = 2;
  barrier_sides<P, Kind> sides;
  std::array<typename P::template atomic<int>, 2> entered{0, 0};

  void thread(unsigned index) {
    for (int meeting = 1; meeting <= Meetings; ++meeting) {
      // relaxed, both: see above.
      entered[index].store(meeting, std::memory_order_relaxed);
      P::check(sides[index].wait() == meeting::met, "they meet");
      P::check(entered[index ^ 1u].load(std::memory_order_relaxed) >= meeting, "the other side has entered");
    }
  }

  void after() {}
};

// Each side writes plain memory of its own, they meet, each reads the other's, they meet again and go on.
template <checker_policy P, class Kind, int Rounds>
struct writes_before_are_seen_after_base {
  static constexpr unsigned threads = 2;
  barrier_sides<P, Kind> sides;
  std::array<typename P::template plain<int>, 2> written{0, 0};

  void thread(unsigned index) {
    for (int round = 1; round <= Rounds; ++round) {
      P::write(written[index], round);
      P::check(sides[index].wait() == meeting::met, "they meet");
      P::check(P::read(written[index ^ 1u]) == round, "what the other side wrote before is seen");
      P::check(sides[index].wait() == meeting::met, "they meet again");
    }
  }

  void after() {}
};

// Each side marks what it holds and swaps it: it finds the other's mark, of the same round. Both write, so
// that two holders of one datum are a data race.
template <checker_policy P, class Sides, int Swaps>
struct swapping {
  static constexpr unsigned threads = 2;
  Sides sides;

  static int mark(unsigned index, int swap) { return 10 * swap + static_cast<int>(index); }

  void thread(unsigned index) {
    sides[index].held().set(mark(index, 0));
    for (int swap = 1; swap <= Swaps; ++swap) {
      cell<P>& held = sides[index].swap();
      P::check(held.get() == mark(index ^ 1u, swap - 1), "the other side's mark of this round is found");
      held.set(mark(index, swap));
    }
  }

  void after() { P::check(&sides[0].held() != &sides[1].held(), "each datum has one holder"); }
};

// The same with borrows, each of which consumes the one before; at last one side leaves, and the other's
// borrow stays what it was.
template <checker_policy P, class Kind>
struct swapping_borrows {
  static constexpr unsigned threads = 2;
  data_sides<P, Kind> sides;

  void thread(unsigned index) {
    auto first = std::move(sides[index]).borrow();
    first->set(static_cast<int>(index));
    auto second = std::move(first).swap();
    P::check(second->get() == static_cast<int>(index ^ 1u), "the other side's mark is found");
    second->set(static_cast<int>(index) + 2);
    auto third = std::move(second).swap();
    P::check((*third).get() == static_cast<int>(index ^ 1u) + 2, "and the next one");
    if (index == 0) return;
    third->set(9);
    meeting result = meeting::met;
    const auto last = std::move(third).swap(result);
    P::check(result == meeting::disconnected && last->get() == 9, "the other side has left");
  }

  void after() { P::check(!sides[0] && !sides[1], "both have left"); }
};

// Both sides give up once or not at all in each round, and resume. They meet once for each arrival all the
// same, also where the generation wraps around in between.
template <checker_policy P, class Kind, int Rounds>
struct giving_up_keeps_the_arrival_base {
  static constexpr unsigned threads = 2;
  tiny_sides<P, Kind> sides;

  void thread(unsigned index) {
    auto& mine = sides[index];
    for (int round = 1; round <= Rounds; ++round) {
      mine.held().set(10 * round + static_cast<int>(index));
      const meeting tried = mine.try_wait();
      P::check(tried != meeting::disconnected, "nobody has left");
      if (tried == meeting::not_yet) {
        P::check(mine.wait() == meeting::met, "the arrival that gave up is resumed");
      }
      P::check(mine.held().get() == 10 * round + static_cast<int>(index ^ 1u), "they have met once");
    }
  }

  void after() {}
};

// Where something else tells one side that the other has arrived, its look meets it.
template <checker_policy P, class Kind>
struct an_arrival_is_not_overlooked_base {
  static constexpr unsigned threads = 2;
  data_sides<P, Kind> sides;
  typename P::template atomic<int> told{0};

  void thread(unsigned index) {
    auto& mine = sides[index];
    if (index == 0) {
      mine.held().set(7);
      const meeting tried = mine.try_wait();
      // release: pairs with the acquire below.
      told.store(1, std::memory_order_release);
      if (tried == meeting::not_yet) P::check(mine.wait() == meeting::met, "they meet");
      P::check(mine.held().get() == 8, "the other side's datum is here");
    } else {
      mine.held().set(8);
      P::await(
          told, std::memory_order_acquire, [](int is) { return is == 1; }, typename P::waiter());
      P::check(mine.try_wait() == meeting::met, "the arrival is seen");
      P::check(mine.held().get() == 7, "and what was written before it");
    }
  }

  void after() {}
};

// One side meets `Meetings` times and leaves; the other waits once more: it is told so, again and again, sees
// what was done last, and keeps what it holds. Nothing else ends its wait, so a departure that is not noticed
// is a deadlock.
template <checker_policy P, class Kind, int Meetings>
struct a_side_that_leaves_is_noticed_base {
  static constexpr unsigned threads = 2;
  tiny_sides<P, Kind> sides;
  typename P::template plain<int> last_words{0};

  void thread(unsigned index) {
    auto& mine = sides[index];
    for (int meeting = 0; meeting < Meetings; ++meeting) {
      P::check(mine.wait() == meeting::met, "they meet");
    }
    if (index == 0) {
      P::write(last_words, 5);
      { const auto gone = std::move(mine); }
      return;
    }
    mine.held().set(3);
    // The other may leave before or after.
    const meeting tried = mine.try_wait();
    P::check(tried != meeting::met, "the other side does not come");
    P::check(mine.wait() == meeting::disconnected, "it is noticed that the other side has left");
    P::check(P::read(last_words) == 5, "what it did before is seen");
    P::check(mine.wait() == meeting::disconnected, "and again");
    P::check(mine.try_wait() == meeting::disconnected, "and again");
    P::check(mine.held().get() == 3, "what was held is still held");
  }

  void after() {}
};

// One side arrives and leaves without waiting: it is met all the same, and what it held is taken over. After
// that it is gone.
template <checker_policy P, class Kind>
struct an_arrival_outlives_its_side_base {
  static constexpr unsigned threads = 2;
  data_sides<P, Kind> sides;

  void thread(unsigned index) {
    auto& mine = sides[index];
    mine.held().set(static_cast<int>(index) + 1);
    if (index == 0) {
      auto leaving = std::move(mine);
      P::check(leaving.try_wait() != meeting::disconnected, "the other side does not leave first");
    } else {
      P::check(mine.wait() == meeting::met, "the arrival counts");
      P::check(mine.held().get() == 1, "what the other side held is here");
      P::check(mine.wait() == meeting::disconnected, "and then it is gone");
      P::check(mine.held().get() == 1, "and leaves this side what it holds");
    }
  }

  void after() {}
};

// Both sides use what they hold until they leave, in either order or at once: what they share goes after the
// last use, and once. The engines watch the heap: a leak, a use after the end or a second end is an error.
template <checker_policy P, class Kind>
struct the_last_to_leave_cleans_up_base {
  static constexpr unsigned threads = 2;
  data_sides<P, Kind> sides;

  void thread(unsigned index) {
    auto mine = std::move(sides[index]);
    const meeting result = mine.try_wait();
    if (result == meeting::not_yet) return;
    mine.held().set(mine.held().get() + 1);
  }

  void after() {
    P::check(!sides[0] && !sides[1], "both have left");
    P::check(sides.are_given_out_once(), "nobody gets a side that has left");
  }
};

// What two threads saw, call by call, agrees with the model. Side 0 waits, and leaves in the end; side 1
// tries, and waits where it has to.
template <checker_policy P, class Kind>
struct meetings_agree_with_the_model_base {
  static constexpr unsigned threads = 2;
  using action = models::rendezvous_action;
  using operation = models::rendezvous_operation;
  using result = models::rendezvous_result;
  data_sides<P, Kind> sides;
  history<P, operation, threads, 16> calls;

  void thread(unsigned index) {
    for (int round = 1; round <= 2; ++round) {
      put(index, 10 * round + static_cast<int>(index));
      if (index == 0) {
        meet(index, true, [this] { return sides[0].wait(); });
      } else if (meet(index, true, [this] { return sides[1].try_wait(); }) == meeting::not_yet) {
        meet(index, false, [this] { return sides[1].wait(); });
      }
      hold(index);
    }
    if (index == 0) {
      auto& leave = calls.invoke(index, {action::leave, index});
      { const auto gone = std::move(sides[0]); }
      calls.respond(leave);
    } else {
      meet(index, true, [this] { return sides[1].wait(); });
      hold(index);
    }
  }

  void after() {
    P::check(bool(linearizable(calls, models::concurrent_rendezvous())),
             "there is an order of the calls that the model allows");
  }

  template <class Call>
  meeting meet(unsigned index, bool arrives, Call call) {
    auto* const arrive = arrives ? &calls.invoke(index, {action::arrive, index}) : nullptr;
    auto& look = calls.invoke(index, {action::look, index});
    const meeting seen = call();
    look.operation.result = static_cast<result>(seen);
    if (arrive != nullptr) calls.respond(*arrive);
    calls.respond(look);
    return seen;
  }

  void put(unsigned index, int value) {
    auto& call = calls.invoke(index, {action::put, index, {}, value});
    sides[index].held().set(value);
    calls.respond(call);
  }

  void hold(unsigned index) {
    auto& call = calls.invoke(index, {action::hold, index});
    call.operation.value = sides[index].held().get();
    calls.respond(call);
  }
};

template <class Kind>
struct rendezvous_clients {
  template <class P>
  struct neither_side_passes_early : neither_side_passes_early_base<P, Kind, 3> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "neither_side_passes_early/3_meetings";
  };
  template <class P>
  struct writes_before_are_seen_after : writes_before_are_seen_after_base<P, Kind, 2> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "writes_before_are_seen_after/2_rounds";
  };
  template <class P>
  struct each_datum_has_one_holder : swapping<P, data_sides<P, Kind>, 3> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "each_datum_has_one_holder/3_swaps";
  };
  template <class P>
  struct each_datum_has_one_borrow : swapping_borrows<P, Kind> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "each_datum_has_one_holder/2_swaps_of_borrows";
  };
  template <class P>
  struct generations_wrap_around_unharmed : swapping<P, tiny_sides<P, Kind>, 9> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "generations_wrap_around_unharmed/9_swaps_of_2_bits";
  };
  template <class P>
  struct giving_up_keeps_the_arrival : giving_up_keeps_the_arrival_base<P, Kind, 5> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "giving_up_keeps_the_arrival/5_meetings_of_2_bits";
  };
  template <class P>
  struct an_arrival_is_not_overlooked : an_arrival_is_not_overlooked_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "an_arrival_is_not_overlooked";
  };
  template <class P>
  struct a_side_that_leaves_is_noticed_at_once : a_side_that_leaves_is_noticed_base<P, Kind, 0> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "a_side_that_leaves_is_noticed/at_once";
  };
  template <class P>
  struct a_side_that_leaves_is_noticed_later : a_side_that_leaves_is_noticed_base<P, Kind, 4> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "a_side_that_leaves_is_noticed/after_4_meetings_of_2_bits";
  };
  template <class P>
  struct an_arrival_outlives_its_side : an_arrival_outlives_its_side_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "an_arrival_outlives_its_side";
  };
  template <class P>
  struct the_last_to_leave_cleans_up : the_last_to_leave_cleans_up_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "the_last_to_leave_cleans_up";
  };
  template <class P>
  struct meetings_agree_with_the_model : meetings_agree_with_the_model_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "meetings_agree_with_the_model";
  };

  using list =
      client_list<neither_side_passes_early, a_side_that_leaves_is_noticed_at_once,
                  the_last_to_leave_cleans_up, giving_up_keeps_the_arrival, each_datum_has_one_holder,
                  each_datum_has_one_borrow, writes_before_are_seen_after, generations_wrap_around_unharmed,
                  an_arrival_is_not_overlooked, a_side_that_leaves_is_noticed_later,
                  an_arrival_outlives_its_side, meetings_agree_with_the_model>;
};

}  // namespace stillpoint::verify::clients
