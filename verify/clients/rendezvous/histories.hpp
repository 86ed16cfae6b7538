// SPDX-License-Identifier: BSL-1.0
//
// Calls that are recorded with their results, and judged by the model.
#pragma once

#include <utility>

#include "models/rendezvous.hpp"
#include "stillpoint/rendezvous.hpp"
#include "verify/client.hpp"
#include "verify/clients/rendezvous/kinds.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

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

}  // namespace stillpoint::verify::clients
