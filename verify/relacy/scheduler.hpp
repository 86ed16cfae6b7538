// SPDX-License-Identifier: BSL-1.0
//
// The scheduler that the engine gives to Relacy: random, seeded per execution with 64 bits, so that any one
// execution can be run again alone. Half of the executions switch threads at every step with equal chances,
// the others in bursts, which reach what needs one thread to get far ahead.
#pragma once

#include <istream>
#include <limits>
#include <ostream>

#include "verify/relacy/session.hpp"

namespace stillpoint::verify::relacy {

// The names of the members are those that Relacy calls.
template <rl::thread_id_t Threads>
class scheduler : public rl::scheduler<scheduler<Threads>, rl::scheduler_thread_info, Threads> {
  using base = rl::scheduler<scheduler<Threads>, rl::scheduler_thread_info, Threads>;
  static_assert(Threads <= static_cast<rl::thread_id_t>(max_threads));

 public:
  using shared_context_t = typename base::shared_context_t;
  struct task_t {};

  using base::base;

  rl::thread_id_t iteration_begin_impl() {
    current_session.begin_execution();
    const rl::thread_id_t first = pick();
    current_session.running = static_cast<unsigned>(first);
    return first;
  }

  bool iteration_end_impl() { return !current_session.next_execution(current_session.owner); }

  rl::thread_id_t schedule_impl(rl::unpark_reason& reason, unsigned yield) {
    reason = rl::unpark_reason_normal;
    const rl::thread_id_t current = this->thread_->index_;
    const bool may_stay = current_session.in_bursts && yield == 0 &&
                          this->thread_->state_ == rl::thread_state_running &&
                          current_session.random.below(8) != 0;
    const rl::thread_id_t next = may_stay ? current : pick();
    if (next != current) switch_exceptions(current, next);
    return next;
  }

  unsigned rand_impl(unsigned limit, rl::sched_type) { return current_session.random.below(limit); }

  rl::iteration_t iteration_count_impl() { return std::numeric_limits<rl::iteration_t>::max(); }

  void get_state_impl(std::ostream&) {}
  void set_state_impl(std::istream&) {}
  void on_thread_block(rl::thread_id_t, bool) {}

 private:
  rl::thread_id_t pick() {
    const auto running = static_cast<unsigned>(this->running_threads_count);
    return this->running_threads[current_session.random.below(running)];
  }

  static void switch_exceptions(rl::thread_id_t from, rl::thread_id_t to) {
    current_session.exceptions[static_cast<std::size_t>(from)].save();
    current_session.exceptions[static_cast<std::size_t>(to)].restore();
    current_session.running = static_cast<unsigned>(to);
  }
};

}  // namespace stillpoint::verify::relacy
