// SPDX-License-Identifier: BSL-1.0
//
// Calls that are recorded with their results, and judged by the model.
#pragma once

#include <utility>

#include "models/writer_reader_phaser.hpp"
#include "verify/client.hpp"
#include "verify/history/history.hpp"
#include "verify/history/linearizable.hpp"

namespace stillpoint::verify::clients {

// What two writers and a reader saw agrees with the model: each writer is given a phase that was then
// current, and each flip ends when the model says that it may. A flip is recorded as the steps that the model
// takes it in, all of which lie between its call and its return.
template <checker_policy P, class Phaser, class Model, unsigned Flips>
struct flips_agree_with_the_model_base {
  static constexpr unsigned threads = 3;
  using action = models::phaser_action;
  Phaser phaser;
  history<P, models::phaser_operation, threads, 3 * Flips + 2> calls;

  void thread(unsigned index) {
    if (index < 2) {
      write(index);
      return;
    }
    auto& lock = calls.invoke(index, {action::lock, index});
    phaser.reader_lock();
    calls.respond(lock);
    for (unsigned flip = 0; flip < Flips; ++flip) flip_once(index);
    auto& unlock = calls.invoke(index, {action::unlock, index});
    phaser.reader_unlock();
    calls.respond(unlock);
  }

  void after() {
    P::check(bool(linearizable(calls, Model())), "there is an order of the calls that the model allows");
  }

  void write(unsigned index) {
    auto& enter = calls.invoke(index, {action::enter, index});
    auto token = phaser.writer_enter();
    enter.operation.phase = token.phase();
    calls.respond(enter);
    auto& exit = calls.invoke(index, {action::exit, index, token.phase()});
    phaser.writer_exit(std::move(token));
    calls.respond(exit);
  }

  void flip_once(unsigned index) {
    auto& begin = calls.invoke(index, {action::flip_begin, index});
    auto* const turned = Model::turns == models::phase_turns::at_once
                             ? nullptr
                             : &calls.invoke(index, {action::flip_turned, index});
    auto& end = calls.invoke(index, {action::flip_end, index});
    phaser.flip_phase();
    calls.respond(begin);
    if (turned != nullptr) calls.respond(*turned);
    calls.respond(end);
  }
};

}  // namespace stillpoint::verify::clients
