// SPDX-License-Identifier: BSL-1.0
//
// Runs a client's threads, each on a fiber, along the graph that the search has built so far and then
// further, one new event at a time. What a client's operation does is: if the graph already has the event,
// return what it says; otherwise wait for its turn, let the search add the event, and check it for errors.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "verify/explorer/machine/arena.hpp"
#include "verify/explorer/machine/calls.hpp"
#include "verify/explorer/machine/conflicts.hpp"
#include "verify/explorer/machine/engine_stack.hpp"
#include "verify/explorer/machine/faults.hpp"
#include "verify/explorer/machine/fiber.hpp"
#include "verify/explorer/machine/memo.hpp"
#include "verify/explorer/machine/new_blocks.hpp"
#include "verify/explorer/machine/notes.hpp"
#include "verify/explorer/machine/raw_accesses.hpp"
#include "verify/explorer/machine/reuse.hpp"
#include "verify/explorer/machine/sleeper_places.hpp"
#include "verify/explorer/machine/system_locks.hpp"
#include "verify/explorer/machine/thread_locals.hpp"
#include "verify/explorer/machine/thread_numbers.hpp"
#include "verify/explorer/machine/time_limit.hpp"
#include "verify/explorer/machine/turns.hpp"
#include "verify/explorer/machine/virtual_time.hpp"
#include "verify/explorer/machine/watch.hpp"
#include "verify/explorer/model/event.hpp"
#include "verify/explorer/model/graph.hpp"
#include "verify/explorer/model/hash.hpp"
#include "verify/explorer/search/search.hpp"

namespace stillpoint::verify::explorer {

// What a thread was at when the execution ended, where that is no event: a wait that nothing can end, or, if
// `place` is unset, a check that failed or what `doing` says.
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
  // The halted thread ended within the client's code, in these calls, innermost first.
  bool in_client = false;
  std::vector<code_place> calls;
  // It took long to come by, and would again.
  bool slow = false;
  // It shows only where it is watched what is done to memory.
  bool by_watching = false;
};

// What each execution may use.
struct execution_limits {
  // Of each of the client's threads, in bytes: a multiple of a page.
  std::size_t stack_size = client_stack::usual_size;
  // How long a thread may go on without an operation; zero: for ever.
  double idle_seconds = 3;
  // When to give up.
  time_limit::clock::time_point end = time_limit::never;
  // Whether waits of the system's may end by themselves.
  bool spurious_wakeups = true;
};

// The text of a failure that is none of what the client checks: it does not do the same again.
std::string not_deterministic(std::string_view how);
bool is_not_deterministic(const failure& f);

// What the main thread runs: `body(argument)`; it spawns and joins the others.
struct program {
  void (*body)(void*) = nullptr;
  void* argument = nullptr;
  // Nothing that its threads do to memory passes the machine by.
  bool sees_all = false;
  // When its main thread has ended, the system ends the others.
  bool ends_with_main = false;
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

class machine;

// What a front end that works below the client's text wants to be told: that the client calls the machine;
// that it gives back memory of `new`.
struct machine_observer {
  void (*entered)(machine&) = nullptr;
  void (*released)(machine&, std::uintptr_t address, std::size_t size, std::source_location where) = nullptr;
  // It may know where a return address lies, of the function with that frame.
  std::source_location (*where)(const void* return_address, const void* frame) = nullptr;
  // The program's static variables: what they lead to when it ends is no leak. Calls `visit` for each range.
  void (*for_statics)(void (*visit)(machine&, const std::byte* first, std::size_t size), machine&) = nullptr;
};

class machine {
 public:
  enum class outcome : std::uint8_t { completed, failed, abandoned };

  // How far an execution has come.
  struct position {
    std::uint64_t executions = 0;
    std::size_t thread = 0;
    std::uint32_t operations = 0;
    friend bool operator==(const position&, const position&) = default;
  };

  // The machine whose client is running on this thread of the computer; null outside.
  static machine* active() { return home_ == __builtin_thread_pointer() ? active_ : nullptr; }
  // The same, but null while the engine's own code runs on the client's behalf.
  static machine* running_client() { return client_code_ ? active() : nullptr; }
  // If a call of the system is the client's: the engine may make one in the midst of an operation, but has
  // stacks of its own. The frame is the called function's.
  static machine* called_by_client(const void* frame) {
    machine* const m = running_client();
    return m != nullptr && m->is_on_own_stack(reinterpret_cast<std::uintptr_t>(frame)) ? m : nullptr;
  }
  // Where global operator new takes memory from: the arena while client code runs, otherwise the system.
  static machine* allocating() { return running_client(); }

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

  machine(const program& p, search& s, const execution_limits& bounds = {})
      : program_(p), search_(s), limits_(bounds), watch_(bounds.idle_seconds), time_(bounds.end) {}

  // One execution: along the search's graph, then on by first choices.
  outcome run();
  // Runs the question that the search has begun; false if the wait was not asked: then the machine has
  // failed, has learned, or has reached a bound.
  bool answer();
  // Runs once more the complete execution that the search's graph is; false, and a failure, if the client
  // does anything else.
  bool repeat();
  const std::optional<failure>& failed() const { return failure_; }
  // The search's graph up to where each thread has come, if the execution ended within client code: a thread
  // may have ended earlier than when it was run before.
  graph executed() const;
  // Why an execution was given up as longer than the explorer follows; empty if none was so far.
  const std::string& bound_exceeded() const { return bound_exceeded_; }
  // An execution is given up when the time is over, and does not count. `interrupted_at` says where it was.
  time_limit& time() { return time_; }
  const time_limit& time() const { return time_; }
  const std::string& interrupted_at() const { return interrupted_at_; }
  // Whether an execution may be given up to begin anew with what was learned about a loop; else, only what
  // cannot be done without is a reason to. has_learned() says that it is so, once.
  void may_learn(bool may) { may_learn_ = may; }
  bool has_learned() { return std::exchange(learned_, false); }
  // The search is to keep looks that failed, and begins anew: what is an event is another question then.
  void keep_failed_looks() {
    search_.keep_failed_looks();
    forget_what_threads_did();
  }
  // Gives the execution up, since what has just been learned decides what becomes an event.
  [[noreturn]] void restart_knowing_more();
  // Whether the callable turned out to operate on the memory that is explored. A wait for it is a loop.
  static bool is_loop(bool (*ask)(const void*, std::uint64_t)) {
    return !loops_.empty() && loops_.contains(ask);
  }

  // Has run() write down what a report says of its execution.
  void take_notes(notes* into) { wanted_notes_ = into; }
  // Of what the current thread's next operation is about, and of memory that has a name, where notes are
  // taken. `value` is unknown if it is null.
  void note(const void* address, std::size_t size, const value_type& type, const void* value = nullptr) {
    if (notes_ != nullptr) write_note(address, size, type, value);
  }
  void note_block(noted_block::kind kind, const void* address, std::size_t size, const value_type* type,
                  const char* name = "") {
    if (notes_ == nullptr) return;
    write_block({kind, reinterpret_cast<std::uintptr_t>(address), size, type, 0, 0, 0, name});
  }

  // What was learned of a program's text and memory is another one's no more.
  static void forget_program() {
    loops_.clear();
    waited_at_.clear();
    known_locks_.clear();
  }
  static void set_observer(const machine_observer& o) { observer_ = o; }
  bool is_on_own_stack(std::uintptr_t address) const {
    const thread_state& t = threads_[current_];
    return address < t.stack.stack_end() && t.stack.stack_end() - address <= limits_.stack_size;
  }
  // The current thread has changed something by itself.
  void changed_something() { me().loop.progress(); }
  // Of an atomic place, in modification order.
  std::uint64_t last_value(location_id place) const { return g().at(g().place(place).order.back()).value; }

  // Notes which addresses threads find in plain memory, which reuse_matters() is judged by.
  void watch_addresses(bool watch) { watches_addresses_ = watch; }
  bool reuse_matters() const { return explorer::reuse_matters(g(), memory_of_, observations_); }

  // Runs the complete execution once more, and looks at what its threads do without the policy.
  std::optional<conflict> look_for_conflicts();
  // Whether some memory of `new` was kept by what outlives the execution, as statics do.
  bool keeps_memory() const { return keeps_memory_; }

  // Memory for the client.
  void* allocate(std::size_t size, std::size_t alignment);
  // Its operators new and delete; `size` is zero where it is not known.
  void* allocate_new(std::size_t size, std::size_t alignment, new_form form);
  // `caller` is where the call returns to.
  void release_new(void* memory, new_form form, std::size_t size, const void* caller);
  // What static variables got before the execution.
  void release_static(void* memory, const void* caller);
  // Of memory that it has; zero of other memory.
  std::size_t size_of_new(const void* memory) {
    const new_block* const block = new_blocks_.find(reinterpret_cast<std::uintptr_t>(memory));
    return block == nullptr ? 0 : block->size;
  }
  std::size_t gone_through() const { return threads_[current_].next; }
  std::size_t current_thread() const { return current_; }
  // Of the current thread, so far.
  std::uint16_t current_events() const { return static_cast<std::uint16_t>(threads_[current_].next); }

  // Function(args...) on the engine's stack: how a client's operation begins. All its arguments travel in
  // registers, and what it was called from is noted, so that loops of the client can be recognized: see
  // turns.hpp.
  template <auto Function, class... Args>
  [[gnu::always_inline]] static auto enter(Args... args) -> decltype(Function(args...)) {
    if (asking_) operates_in_condition();
    return call_engine(&perform<Function, Args...>, args...);
  }

  // Operations of the client, called on its fibers.
  location_id create(location_kind kind, bool initialized, std::uint64_t value, std::source_location where);
  void retire(location_id place, std::source_location where);
  std::uint64_t load(location_id place, std::memory_order order, std::source_location where,
                     operation op = operation::load);
  void store(location_id place, std::uint64_t value, std::memory_order order, std::source_location where);
  // Returns what was read; `modified` says whether the second half took place.
  std::uint64_t modify(location_id place, operation op, const modification& how, bool& modified,
                       std::source_location where);
  // An operation has given the client's variable, wherever that is, another value.
  void gave_result(const void* variable);
  // Asks `accepts` while the call lasts, and not afterwards. If that is one of which `is_loop` says so, the
  // wait has to be made as a loop of loads instead.
  std::uint64_t await(location_id place, std::memory_order order, const condition& accepts,
                      std::source_location where, operation op = operation::await);
  // std::atomic's: see notifications.cc.
  void wait(location_id place, std::uint64_t old, std::memory_order order, std::source_location where);
  void notify_one(location_id place, std::source_location where);
  void notify_all(location_id place, std::source_location where);
  // Returns once it is notified, if the place has the value; or at any time.
  void park(location_id place, std::uint64_t expected, std::source_location where);
  // Whether its time was over.
  bool park_until(location_id place, std::uint64_t expected, virtual_time::nanoseconds end,
                  std::source_location where);
  void fence(fence_kind kind, std::memory_order order, std::source_location where);
  // `address` and `size` are looked at to tell whether the place was ever given a value.
  void plain_read(location_id place, const void* address, std::size_t size, std::source_location where);
  void plain_write(location_id place, std::source_location where);
  void lock(location_id mutex, std::source_location where) { acquire(mutex, operation::lock, where); }
  // May fail although the mutex is free. An execution in which it was to succeed and never can is given up.
  bool try_lock(location_id mutex, std::source_location where);
  void unlock(location_id mutex, std::source_location where);
  std::size_t choose(std::size_t n, operation op, std::source_location where) {
    return choose_at(n, op, no_location, where);
  }
  // Memory for an object that the client creates, which may have been another one's.
  struct allocation {
    location_id object;
    void* memory;
  };
  allocation create_object(std::size_t size, std::size_t alignment, std::source_location where);
  // Fails if the object cannot be destroyed; to be asked before its destructor runs.
  void require_destructible(location_id object, std::source_location where);
  void destroy_object(location_id object, std::source_location where);
  std::size_t spawn(void (*body)(void*), void* argument, std::source_location where);
  void join(std::size_t thread, std::source_location where);
  // The calling thread goes no further, and the execution does not count. The other threads go on, for what
  // they write can make true, in another execution, what is false in this one.
  [[noreturn]] void drop();
  [[noreturn]] void fail(std::string text, std::vector<event_ref> about, std::source_location where);
  moment now() const;
  // Whether the event happens before what the thread did after so many events.
  bool comes_before(event_ref ref, std::size_t thread, std::size_t events) const {
    return events > 0 && g().thread(thread)[events - 1].happens_before.covers(ref.thread, ref.index);
  }

  // The system's mutexes and condition variables, by address: see system_locks.cc.
  bool is_clients(const void* object) const;
  void lock_system(const void* mutex, bool recursive, std::source_location where);
  bool try_lock_system(const void* mutex, bool recursive, std::source_location where);
  void unlock_system(const void* mutex, std::source_location where);
  // Whether the current thread does; it alone can tell.
  bool holds_system(const void* mutex) {
    const system_locks::entry* const known = system_locks_.find(mutex, location_kind::mutex);
    return known != nullptr && known->times > 0 && known->holder == current_;
  }
  void wait_system(const void* condition, const void* mutex, std::source_location where);
  // Whether the time was over: it goes on until then.
  bool wait_system_until(const void* condition, const void* mutex, virtual_time::nanoseconds end,
                         std::source_location where);
  bool lock_system_until(const void* mutex, bool recursive, virtual_time::nanoseconds end,
                         std::source_location where);
  void notify_system(const void* condition, bool all, std::source_location where);
  // Its rwlocks, semaphores and barriers: see system_shared_locks.cc. False: not there, or not before `end`.
  enum class patience : std::uint8_t { none, until, endless };
  bool lock_shared_system(const void* lock, patience how, virtual_time::nanoseconds end,
                          std::source_location where);
  bool lock_exclusive_system(const void* lock, patience how, virtual_time::nanoseconds end,
                             std::source_location where);
  void unlock_either_system(const void* lock, std::source_location where);
  void set_semaphore(const void* semaphore, unsigned units, std::source_location where);
  void release_semaphore(const void* semaphore, std::source_location where);
  bool acquire_semaphore(const void* semaphore, patience how, virtual_time::nanoseconds end,
                         std::source_location where);
  unsigned units_of_semaphore(const void* semaphore, std::source_location where);
  void set_barrier(const void* barrier, unsigned threads, std::source_location where);
  // Whether it is the last that comes.
  bool wait_at_barrier(const void* barrier, std::source_location where);
  // The memory is given back, with those that lie there.
  void end_system_locks(std::uintptr_t address, std::size_t size, std::source_location where);
  // The time of the current thread.
  virtual_time::nanoseconds look_at_clock();
  virtual_time::nanoseconds time_now() const { return threads_[current_].time.now(); }
  void sleep_for(virtual_time::nanoseconds time) { me().time.pass(time); }
  void sleep_until(virtual_time::nanoseconds time) { me().time.pass_until(time); }
  // A choice: whether the time of the current thread's wait for that place is over. It is then `end`.
  bool times_out(location_id place, virtual_time::nanoseconds end, std::source_location where);
  std::size_t start_system(void* (*body)(void*), void* argument, std::source_location where);
  void end_system();
  // What its function returned.
  void* join_system(std::size_t thread, std::source_location where);
  // Where the program made a call that returns there, if somebody knows. On the client's stack.
  static std::source_location where_of(const void* return_address,
                                       const void* frame = __builtin_frame_address(0)) {
    if (observer_.where == nullptr || !running_client()) return {};
    const engine_scope scope;
    return observer_.where(return_address, frame);
  }
  // The execution is longer, or larger, than the explorer follows. The text is `what`, the thread, its line,
  // and what to do about it.
  [[noreturn]] void exceed(const std::string& what, std::source_location where, std::string_view remedy);
  [[noreturn]] void refuse_system(const char* function, const char* instead);

  // Ends of a thread within client code. The text is `what`, the thread, `detail`, and the function.
  [[noreturn]] void crash(const std::string& what, const std::string& detail, const call_chain& calls,
                          const std::string& advice = "");
  [[noreturn]] void overflow(const call_chain& calls);
  [[noreturn]] void hang(const std::string& what, const std::string& advice, const call_chain& calls);
  // The time is over, and the current thread still has not come to its next operation.
  [[noreturn]] void interrupt();
  position reached() const { return {executions_, current_, threads_[current_].operations}; }
  // Whether the address lies behind the end of the current thread's stack.
  bool stack_guards(std::uintptr_t address) const { return threads_[current_].stack.guards(address); }
  // Of an object with thread storage duration, constructed by the current thread.
  void at_thread_end(void (*destructor)(void*), void* object);
  // Those of the current thread are destroyed, on the client's stack.
  void end_thread_locals() { me().stack.locals().destroy(); }

 private:
  // dropped: what it assumed is false.
  // spins: the last turn of a loop has changed nothing, and the thread goes no further.
  enum class state : std::uint8_t { absent, ready, running, frontier, spins, dropped, finished };
  // How far below an operation of its own a client is taken to use its stack.
  static constexpr std::size_t below_operations = 1024;
  struct thread_state {
    fiber stack;
    engine_stack engine;
    // What it was at when it called the engine last, if it has called it through enter().
    call_state at;
    bool called = false;
    // The lowest address of its stack from which it called.
    std::uintptr_t lowest = 0;
    turns loop;
    virtual_time time;
    // Where in its program order the turn begins that changed nothing, and which line it is at.
    std::size_t turn_begin = 0;
    std::source_location turn_at;
    // That was a wait which found what it does not accept.
    bool at_failed_look = false;
    state is = state::absent;
    void (*body)(void*) = nullptr;
    void* argument = nullptr;
    // Position in program order: how many events of the graph have been gone through.
    std::size_t next = 0;
    std::uint32_t operations = 0;
    // Of a thread of the system: its function and what that has returned.
    struct system_thread* of_system = nullptr;
    // How many threads it has started.
    std::size_t children = 0;
    // All that it had observed when it ended last.
    std::uint64_t ended_after = 0;
    // The new event it is about to add; null if it waits for another thread to be gone through.
    const event* pending = nullptr;
    // What a pending wait asks, and the value that it is asked of while another thread has the turn.
    const condition* accepts = nullptr;
    // What is being asked.
    const condition* asked = nullptr;
    std::optional<std::uint64_t> offered;
    bool accepted = false;
  };
  template <auto Function, class... Args>
  static auto perform(Args... args) -> decltype(Function(args...)) {
    const operation_scope scope(*active_);
    return Function(args...);
  }
  // The client calls, and goes on afterwards. What it wrote in between by itself counts as well.
  class operation_scope {
   public:
    explicit operation_scope(machine& owner) : owner_(owner) {
      raw_accesses::open();
      thread_state& t = owner_.me();
      t.called = true;
      if (t.at.stack_pointer != 0) t.lowest = std::min(t.lowest, t.at.stack_pointer);
      if (t.loop.watched()) t.loop.back(owner_.digest_of_memory());
      if (observer_.entered != nullptr) observer_.entered(owner_);
    }
    operation_scope(const operation_scope&) = delete;
    operation_scope& operator=(const operation_scope&) = delete;
    ~operation_scope() {
      thread_state& t = owner_.me();
      t.called = false;
      if (t.loop.watched()) t.loop.left(owner_.digest_of_memory());
      raw_accesses::close();
    }

   private:
    machine& owner_;
  };

  // Of what the current thread's own writes may have changed.
  std::uint64_t digest_of_memory() const { return mixed(arena_.digest(), thread_locals::digest()); }
  location_id create_place(location_kind kind, bool initialized, std::uint64_t value,
                           std::source_location where);
  void retire_place(location_id place, std::source_location where);
  static bool has_sleepers(const std::source_location& where);
  location_id sleepers_at(location_id place);
  void sleep(location_id place, std::uint64_t old, std::memory_order order, operation op,
             std::source_location where, bool may_return = false);
  event_ref fall_asleep(location_id sleepers, operation op, std::source_location where);
  void await_notification(location_id sleepers, operation op, std::source_location where);
  bool was_notified_of_later(event_ref seen, event_ref asleep) const;
  void wake_one(location_id sleepers, std::source_location where);
  void wake_all(location_id sleepers, std::source_location where);
  void create_system_locks();
  system_locks::entry& known_system_lock(const void* object, location_kind kind);
  void hold_system(const void* mutex);
  bool ends_by_itself(system_locks::entry& condition, std::source_location where);
  location_id system_word(const void* object, std::size_t offset);
  bool has_changed_since(std::size_t event) const;
  bool changes_nothing(const event& e) const;
  bool is_who_is_in(const event& e) const;
  struct word_change;
  std::optional<std::uint64_t> take_word(location_id word, const word_change& change, patience how,
                                         virtual_time::nanoseconds end, std::source_location where);
  bool ends_by_time(location_id sleepers, virtual_time::nanoseconds end, std::source_location where);
  void enter_shared(const void* lock, std::uint64_t seen, std::source_location where);
  void acquire(location_id mutex, operation op, std::source_location where);
  std::size_t choose_at(std::size_t n, operation op, location_id place, std::source_location where);
  const graph& g() const { return search_.current(); }
  thread_state& me() { return threads_[current_]; }
  // That the current thread has gone through.
  const event& last_event() const { return g().thread(current_)[threads_[current_].next - 1]; }
  void begin_operation() {
    if (notes_ != nullptr) note_calls();
    ++me().operations;
  }
  void note_calls();
  void write_note(const void* address, std::size_t size, const value_type& type, const void* value);
  void write_block(noted_block block);
  const event* replayed(event_kind kind, operation op, location_id place, std::source_location where);
  void require_same(bool same, const event& e, std::source_location where);
  void require_known(const step& next);
  void require_known_end();
  void forget_what_threads_did();
  [[noreturn]] void fail_as_other(const step& before, std::source_location where);
  void wait_until_reached(event_ref ref);
  event proto(event_kind kind, operation op, location_id place, std::source_location where);
  // Waits for this thread's turn and for the event to be possible.
  void take_turn(const event& pending);
  [[noreturn]] void stop_for_time(std::string at);
  [[noreturn]] void give_up();
  void require_shareable(std::uint64_t value, std::source_location where);
  // Counts a new event as gone through; gives the execution up if it cannot go on.
  const event& added(event_ref ref);
  void yield_if_overtaken();
  void switch_to(std::size_t thread);
  void suspend();
  void start(std::size_t thread, void (*body)(void*), void* argument);
  std::size_t number_of_child(std::size_t siblings, std::source_location where);
  void resume(std::size_t thread);
  static void thread_main(void* self);
  static void end_of_system_thread();
  [[noreturn]] static void on_terminate();

  outcome run_once();
  std::uint64_t visit(location_id place, std::source_location where);
  void stop_in_loop(const turns::visit& before, location_id place, std::source_location where);
  void stop_at_failed_look(std::source_location where);
  [[noreturn]] static void operates_in_condition();
  bool all_are_stuck() const;
  bool main_has_ended_all() const { return program_.ends_with_main && threads_[0].is == state::finished; }
  void note_ended_by_main();
  std::string describe_joins() const;
  static std::string describe_wait(std::size_t thread, const event& e);
  static halt halt_in_wait(std::size_t thread, const event& e);
  static std::string describe_loop(std::size_t thread, const std::source_location& where);
  halt halt_in_loop(std::size_t thread) const;
  bool repeats(event_ref ref) const;
  bool is_waited_for(location_id lock) const;
  void judge_whole_execution();
  bool all_finished() const;
  bool has_ended() const;
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
  std::optional<std::size_t> next_thread();
  outcome finish();
  void report_deadlock();
  halt halt_here(std::source_location where) const;
  void check_leaks();
  [[noreturn]] void fail_delete(const std::string& what);
  void check_new();
  void note_kept_blocks();
  void keep_what_words_lead_to(const std::byte* first, std::size_t size);
  void report_leak(const new_block& block, std::size_t thread);
  allocation memory_for(const event& create);
  void note_addresses(const void* value, std::size_t size);
  [[noreturn]] void abandon();
  void require_place(location_id place, event_kind kind, operation op, std::source_location where);
  void check_alive(location_id place, std::source_location where);
  void check_access(event_ref ref);
  void check_plain(event_ref ref, const location& l);
  [[noreturn]] void fail_race(event_ref a, event_ref b);
  void report(std::string text, std::vector<event_ref> about, std::source_location where,
              std::vector<halt> halts = {});
  void report(failure found);
  // That the thread at hand has ended within the client's code.
  failure end_in_client(const std::string& what, const std::string& detail, const std::string& advice,
                        const std::string& doing, const call_chain& calls) const;
  [[noreturn]] void leave();

  // Not thread_local: the client's threads have copies of what is.
  static inline constinit machine* active_ = nullptr;
  // Grows with all that machines learn.
  static inline constinit std::uint64_t knowledge_ = 0;
  static inline constinit bool client_code_ = false;
  // Names the thread of the computer that both are about.
  static inline constinit void* home_ = nullptr;
  static inline constinit machine_observer observer_{};
  // A wait's condition is being asked.
  static inline constinit bool asking_ = false;

  // The conditions that operate; known for the program, not for one search.
  static inline std::unordered_set<bool (*)(const void*, std::uint64_t)> loops_;
  // Where atomics are made that threads wait at; known for the program, too.
  static inline std::unordered_set<std::uint64_t> waited_at_;
  // Of the system, and used by client code.
  struct known_lock {
    void (*client)(void*);
    const void* object;
    location_kind kind;
  };
  static inline std::vector<known_lock> known_locks_;

  program program_;
  search& search_;
  execution_limits limits_;
  handler_stack handler_stack_;
  fault_handlers faults_;
  watch watch_;
  time_limit time_;
  std::uint64_t executions_ = 0;
  // Places of the text that lie in loops.
  std::unordered_set<std::uint64_t> loop_sites_;
  bool compares_stacks_ = false;
  bool may_learn_ = false;
  bool learned_ = false;
  // How much was known of the program's text and memory when this machine last began anew; others learn, too,
  // as where executions are estimated.
  std::uint64_t heeded_ = knowledge_;
  arena arena_;
  std::array<thread_state, max_threads> threads_;
  std::size_t current_ = 0;
  std::size_t thread_count_ = 0;
  sleeper_places sleepers_;
  system_locks system_locks_;
  // Where each object lies, by the number of its location.
  std::vector<void*> memory_of_;
  // What plain memory told threads of the addresses of objects.
  std::vector<observation> observations_;
  bool watches_addresses_ = false;
  new_blocks new_blocks_;
  // Of static_memory.
  std::vector<const void*> released_statics_;
  // Kept ones whose own words are still to be followed.
  std::vector<const new_block*> newly_kept_;
  bool keeps_memory_ = false;
  // Whose allocation is looked for when the execution is repeated, and the calls that it was made in.
  std::optional<new_block_name> wanted_block_;
  call_chain block_calls_;
  thread_numbers numbers_;
  // Set while they are taken.
  notes* notes_ = nullptr;
  notes* wanted_notes_ = nullptr;
  memo memo_;
  bool replaying_ = false;
  bool repeating_ = false;
  // In the complete execution at hand, a bit each: still waiting when the main thread had ended.
  std::uint32_t ended_by_main_ = 0;
  bool stopped_ = false;
  bool abandoned_ = false;
  // The question that the execution is for has been answered.
  bool answered_ = false;
  // A bound was reached in it.
  bool cut_short_ = false;
  // Some thread of it waits.
  bool waits_ = false;
  std::string bound_exceeded_;
  std::string interrupted_at_;
  std::optional<failure> failure_;
};

}  // namespace stillpoint::verify::explorer
