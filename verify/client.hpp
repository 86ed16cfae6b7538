// SPDX-License-Identifier: BSL-1.0
//
// What a client is, and what a checker's policy offers beyond atomics_policy.
//
// A client is a small bounded program that shows one guarantee of one primitive. It is written once, as a
// template over the policy, and every engine runs it:
//
//   template <checker_policy P>
//   struct flag_hands_over_data {
//     static constexpr std::string_view primitive = "flag";
//     static constexpr std::string_view guarantee = "flag_hands_over_data";
//     static constexpr unsigned threads = 2;
//
//     void thread(unsigned index);   // each thread's part; index counts from 0
//     void after();                  // once all threads have ended
//     ...                            // members: the shared state, constructed before the threads start
//   };
//
// A client must be deterministic but for what its policy decides: no clock, no address-dependent branches, no
// statics.
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>

#include "stillpoint/atomics_policy.hpp"

namespace stillpoint::verify {

// P::check(condition, text)  reports a failed assertion with the caller's line.
// P::choose(n)               a nondeterministic choice in [0, n); every engine tries all, or many.
// P::assume(condition)       explorer_policy's alone: drops each execution in which the condition is false.
// P::spawn(f, argument), P::join(n)
//                            explorer_policy's alone: what verify/std/thread.hpp is made of.
// P::name(object, text)      what the explorer's reports call an object and what lies in it. std_policy and
//                            relacy_policy accept it, and do nothing.
// P::now()                   the moment the calling thread has reached, for recorded histories.
// P::precedes(a, b)          whether all that was done at moment a comes before moment b: by happens-before
//                            in the checking engines, by real time on real threads.
template <class P>
concept checker_policy = atomics_policy<P> && requires(bool condition, const char* text, std::size_t n) {
  P::check(condition, text);
  { P::choose(n) } -> std::same_as<std::size_t>;
  typename P::moment;
  { P::now() } -> std::same_as<typename P::moment>;
  { P::precedes(P::now(), P::now()) } -> std::same_as<bool>;
};

template <class C>
concept client = std::default_initializable<C> && requires(C c, unsigned index) {
  { C::primitive } -> std::convertible_to<std::string_view>;
  { C::guarantee } -> std::convertible_to<std::string_view>;
  { C::threads } -> std::convertible_to<unsigned>;
  c.thread(index);
  c.after();
};

// The clients of one primitive, not yet given a policy.
template <template <class> class... Clients>
struct client_list {
  // Calls visitor.template operator()<Client<P>>() for each.
  template <class P, class Visitor>
  static void for_each(Visitor&& visitor) {
    (visitor.template operator()<Clients<P>>(), ...);
  }
};

}  // namespace stillpoint::verify
