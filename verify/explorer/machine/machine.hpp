// SPDX-License-Identifier: BSL-1.0
//
// Runs a client's threads, each on a fiber, along the graph that the search has built so far and then
// further, one new event at a time. What a client's operation does is: if the graph already has the event,
// return what it says; otherwise wait for its turn, let the search add the event, and check it for errors.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verify/explorer/machine/arena.hpp"
#include "verify/explorer/machine/fiber.hpp"
#include "verify/explorer/model/event.hpp"
#include "verify/explorer/model/graph.hpp"
#include "verify/explorer/search/search.hpp"

namespace stillpoint::verify::explorer {

// What a thread was at when the execution ended, where that is no event: a wait that nothing can end, or, if
// `place` is unset, a check that failed.
struct halt {
  std::uint16_t thread = 0;
  // As in "await acquire".
  std::string doing;
  location_id place = no_location;
  std::source_location where;
};

// A prefix of one execution that shows something wrong, and the events that it is about.
struct failure {
  std::string text;
  std::vector<event_ref> about;
  // Where in the client or library, if no event says it.
  std::source_location where;
  std::vector<halt> halts;
};

// What the main thread runs: `body(argument)`; it spawns and joins the others.
struct program {
  void (*body)(void*) = nullptr;
  void* argument = nullptr;
};

// What a wait asks of a value: a callable in the frame of the thread that waits.
struct condition {
  bool (*ask)(const void* callable, std::uint64_t value) = nullptr;
  const void* callable = nullptr;
  // Names the callable with all that it refers to; zero if that is not known.
  std::uint64_t identity = 0;

  bool operator()(std::uint64_t value) const { return ask(callable, value); }
};

// A point in a thread's history, for recorded operations.
struct moment {
  clock past;
  std::uint16_t thread = 0;
  std::uint16_t events = 0;
  std::uint32_t step = 0;
};

class machine {
 public:
  enum class outcome : std::uint8_t { completed, failed, abandoned };

  // The machine whose client is running on this thread of the computer; null outside.
  static machine* active() { return active_; }
  // Where global operator new takes memory from: the arena while client code runs, otherwise the system.
  static machine* allocating() { return client_code_ ? active_ : nullptr; }

  // While one lives, the fiber runs the engine's code, whose memory must outlast the execution.
  class engine_scope {
   public:
    engine_scope() : previous_(std::exchange(client_code_, false)) {}
    engine_scope(const engine_scope&) = delete;
    engine_scope& operator=(const engine_scope&) = delete;
    ~engine_scope() { client_code_ = previous_; }

   private:
    bool previous_;
  };

  machine(const program& p, search& s) : program_(p), search_(s) {}

  // One execution: along the search's graph, then on by first choices.
  outcome run();
  // Runs the question that the search has begun; false if the wait was not asked, which is a failure.
  bool answer();
  const std::optional<failure>& failed() const { return failure_; }
  // Why an execution was given up as longer than the explorer follows; empty if none was so far.
  const std::string& bound_exceeded() const { return bound_exceeded_; }
  // If set, called after each new event; the search may then be sent another way by returning false.
  std::function<bool()> after_choice;

  arena& heap() { return arena_; }
  std::size_t current_thread() const { return current_; }

  // Operations of the client, called on its fibers.
  location_id create(location_kind kind, bool initialized, std::uint64_t value, std::source_location where);
  void retire(location_id place, std::source_location where);
  std::uint64_t load(location_id place, std::memory_order order, std::source_location where);
  void store(location_id place, std::uint64_t value, std::memory_order order, std::source_location where);
  // Returns what was read; `modified` says whether the second half took place.
  std::uint64_t modify(location_id place, operation op, const modification& how, bool& modified,
                       std::source_location where);
  // Asks `accepts` while the call lasts, and not afterwards.
  std::uint64_t await(location_id place, std::memory_order order, const condition& accepts,
                      std::source_location where);
  void fence(fence_kind kind, std::memory_order order, std::source_location where);
  // `address` and `size` are looked at to tell whether the place was ever given a value.
  void plain_read(location_id place, const void* address, std::size_t size, std::source_location where);
  void plain_write(location_id place, std::source_location where);
  // As try_lock: one that succeeds; an execution in which it never can is given up.
  void lock(location_id mutex, operation op, std::source_location where);
  void unlock(location_id mutex, std::source_location where);
  std::size_t choose(std::size_t n, operation op, std::source_location where);
  location_id create_object(std::source_location where);
  void destroy_object(location_id object, std::source_location where);
  std::size_t spawn(void (*body)(void*), void* argument, std::source_location where);
  void join(std::size_t thread, std::source_location where);
  [[noreturn]] void fail(std::string text, std::vector<event_ref> about, std::source_location where);
  moment now() const;

 private:
  enum class state : std::uint8_t { absent, ready, running, frontier, finished };
  struct thread_state {
    fiber stack;
    state is = state::absent;
    void (*body)(void*) = nullptr;
    void* argument = nullptr;
    // Position in program order: how many events of the graph have been gone through.
    std::size_t next = 0;
    std::uint32_t operations = 0;
    // The new event it is about to add; null if it waits for another thread to be gone through.
    const event* pending = nullptr;
    // What a pending wait asks, and the value that it is asked of while another thread has the turn.
    const condition* accepts = nullptr;
    std::optional<std::uint64_t> offered;
    bool accepted = false;
  };
  const graph& g() const { return search_.current(); }
  thread_state& me() { return threads_[current_]; }
  const event* replayed(event_kind kind, operation op, location_id place, std::source_location where);
  void require_same(bool same, const event& e, std::source_location where);
  void wait_until_reached(event_ref ref);
  event proto(event_kind kind, operation op, location_id place, std::source_location where);
  // Waits for this thread's turn and for the event to be possible.
  void take_turn(const event& pending);
  void exceed(std::string_view what, std::size_t most);
  // Counts a new event as gone through; gives the execution up if it cannot go on.
  const event& added(event_ref ref);
  void yield_if_overtaken();
  void suspend();
  void start(std::size_t thread, void (*body)(void*), void* argument);
  void resume(std::size_t thread);
  static void thread_main(void* self);
  [[noreturn]] static void on_terminate();

  outcome run_once();
  void judge_whole_execution();
  bool all_finished() const;
  std::uint64_t question_of(const condition& accepts) const;
  void end_question(const event& wait, bool accepted);
  void judge(std::size_t thread);
  void answer_offers();
  bool ask(const condition& accepts, std::uint64_t value);
  bool replay_all();
  bool replay_finished(std::size_t thread) const;
  bool possible(std::size_t thread);
  // The same, leaving aside what a guide says.
  bool could_happen(std::size_t thread, const event* pending);
  bool waits_in_try_lock() const;
  bool stopped_by_guide();
  std::optional<std::size_t> next_thread();
  outcome finish();
  void report_deadlock();
  halt halt_here(std::source_location where) const;
  void check_leaks();
  void check_alive(location_id place, std::source_location where);
  void check_access(event_ref ref);
  void check_plain(event_ref ref, const location& l);
  [[noreturn]] void fail_race(event_ref a, event_ref b);
  void report(std::string text, std::vector<event_ref> about, std::source_location where,
              std::vector<halt> halts = {});

  static inline thread_local constinit machine* active_ = nullptr;
  static inline thread_local constinit bool client_code_ = false;

  program program_;
  search& search_;
  arena arena_;
  std::array<thread_state, max_threads> threads_;
  std::size_t current_ = 0;
  std::size_t thread_count_ = 0;
  bool replaying_ = false;
  bool stopped_ = false;
  bool abandoned_ = false;
  // A wait's condition is being asked; the question that the execution is for has been answered.
  bool asking_ = false;
  bool answered_ = false;
  std::string bound_exceeded_;
  std::optional<failure> failure_;
};

}  // namespace stillpoint::verify::explorer
