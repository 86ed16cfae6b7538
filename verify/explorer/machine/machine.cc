// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/machine.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

#include "verify/explorer/machine/stuck.hpp"
#include "verify/explorer/machine/thread_locals.hpp"
#include "verify/explorer/model/hash.hpp"
#include "verify/wide_values.hpp"

namespace stillpoint::verify::explorer {

namespace {

std::string text_of(const std::source_location& where) {
  const std::string file = where.file_name();
  return file.empty() ? "" : " at " + file + ":" + std::to_string(where.line());
}

// Whether such an event may be of such a place.
bool fits(location_kind place, event_kind kind, operation op) {
  switch (kind) {
    case event_kind::plain_read:
    case event_kind::plain_write:
      return place == location_kind::plain;
    case event_kind::object_destroy:
      return place == location_kind::object;
    case event_kind::retire:
      return place != location_kind::object;
    default:
      break;
  }
  if (op == operation::time_out) return place != location_kind::object && place != location_kind::plain;
  if (op == operation::unlock && place == location_kind::atomic) return true;
  const bool locks = op == operation::lock || op == operation::try_lock || op == operation::unlock;
  if (locks) return place == location_kind::mutex;
  return place == location_kind::atomic || place == location_kind::sleepers;
}

constexpr std::string_view no_repetition = "the client is not deterministic: ";

}  // namespace

std::string not_deterministic(std::string_view how) {
  return std::string(no_repetition).append(how);
}

bool is_not_deterministic(const failure& f) {
  return f.text.starts_with(no_repetition);
}

machine::outcome machine::run() {
  if (std::exchange(heeded_, knowledge_) != knowledge_) {
    forget_what_threads_did();
    learned_ = true;
    return outcome::abandoned;
  }
  notes_ = wanted_notes_;
  if (notes_ != nullptr) notes_->clear();
  ended_by_main_ = 0;
  const outcome result = run_once();
  // What comes after is other executions.
  notes_ = nullptr;
  if (result != outcome::failed && has_ended()) judge_whole_execution();
  return failure_ ? outcome::failed : abandoned_ ? outcome::abandoned : outcome::completed;
}

// What can be said only of an execution in which no thread goes on. One that a thread has given up does not
// count, but may show what became of that thread if it had waited longer.
void machine::judge_whole_execution() {
  std::array<bool, max_threads> gave_up{};
  for (std::size_t t = 0; t < thread_count_; ++t) gave_up[t] = threads_[t].is == state::dropped;
  const bool complete = all_finished();
  const bool waits = waits_;
  while (waits && search_.begin_open_question()) {
    const bool answered = answer();
    search_.end_question();
    abandoned_ = !answered && !failure_;
    if (!answered) return;
  }
  abandoned_ = !complete;
  if (const auto stuck = waits ? find_stuck(search_, gave_up) : std::nullopt) {
    report(
        "deadlock: each of these waits can be the last thing its thread does, since the value it waits for "
        "may be gone",
        *stuck, {});
  } else if (complete) {
    check_leaks();
    if (!failure_) check_new();
  }
}

bool machine::answer() {
  answered_ = false;
  run_once();
  abandoned_ = false;
  if (!answered_ && !failure_ && !learned_ && !cut_short_) {
    report(not_deterministic("a wait was not reached when an execution was repeated"), {}, {});
  }
  return answered_;
}

bool machine::repeat() {
  repeating_ = true;
  may_learn_ = false;
  run_once();
  repeating_ = false;
  if (failure_ && !is_not_deterministic(*failure_)) {
    failure_->text =
        not_deterministic("an execution that had passed failed when it was repeated: ") + failure_->text;
  }
  return !failure_;
}

// What goes wrong since memory is closed is not the client's fault: a system call may have been refused.
std::optional<conflict> machine::look_for_conflicts() {
  raw_accesses::watch(arena_.begin(), arena::whole_size);
  const bool same = repeat();
  raw_accesses::stop();
  failure_.reset();
  return same && all_finished() ? find_conflict(g(), memory_of_) : std::nullopt;
}

machine::outcome machine::run_once() {
  const std::terminate_handler outer = std::set_terminate(&machine::on_terminate);
  const thread_locals::session values;
  active_ = this;
  home_ = __builtin_thread_pointer();
  asking_ = false;
  ++executions_;
  arena_.reset();
  observations_.clear();
  sleepers_.clear();
  system_locks_.clear();
  new_blocks_.clear();
  released_statics_.clear();
  failure_.reset();
  stopped_ = abandoned_ = cut_short_ = waits_ = false;
  time_.after(1 + g().trail().size() / 16);
  for (thread_state& t : threads_) {
    t.is = state::absent;
    // Others wait until a thread has come to what they read, also one that is not started yet.
    t.next = 0;
  }
  thread_count_ = 1;
  start(0, program_.body, program_.argument);
  replaying_ = true;
  if (replay_all()) {
    replaying_ = false;
    while (!stopped_) {
      const std::optional<std::size_t> next = next_thread();
      if (next) {
        resume(*next);
      } else if (search_.is_guided()) {
        // What comes after is what shows that nothing can come.
        search_.leave_guide();
      } else {
        break;
      }
    }
  }
  raw_accesses::open();
  const outcome result = finish();
  active_ = nullptr;
  std::set_terminate(outer);
  return result;
}

// Where client code ends in std::terminate, as by an exception in a destructor, that is a failure of this
// execution and not the end of the exploration: its fiber just never goes on.
void machine::on_terminate() {
  machine* const m = running_client();
  if (m == nullptr) std::abort();
  const engine_scope scope;
  call_chain calls;
  calls.collect();
  std::string text = "std::terminate is called";
  try {
    if (std::current_exception()) std::rethrow_exception(std::current_exception());
  } catch (const std::exception& e) {
    text = std::string("an exception (") + e.what() + ") leaves a function that must not throw";
  } catch (...) {
    text = "an exception leaves a function that must not throw";
  }
  m->crash(text, "", calls);
}

void machine::start(std::size_t thread, void (*body)(void*), void* argument) {
  thread_state& t = threads_[thread];
  t.is = state::ready;
  t.body = body;
  t.argument = argument;
  t.next = 0;
  t.operations = 0;
  t.children = 0;
  t.pending = nullptr;
  t.accepts = nullptr;
  t.offered.reset();
  t.loop.clear();
  t.time = {};
  t.at_failed_look = false;
  t.of_system = nullptr;
  // Only where stacks are compared does it matter what an earlier execution has left there.
  if (t.lowest != 0 && compares_stacks_) {
    t.stack.clear(t.lowest - below_operations);
    t.lowest = 0;
  }
  t.stack.prepare(&thread_main, &t, limits_.stack_size, thread);
  if (t.lowest == 0) t.lowest = t.stack.stack_end();
}

void machine::end_of_system_thread() {
  active_->end_system();
}

void machine::thread_main(void* self) {
  thread_state& t = *static_cast<thread_state*>(self);
  machine& m = *active_;
  std::optional<std::string> uncaught;
  try {
    if (m.current_ == 0) m.create_system_locks();
    client_code_ = true;
    raw_accesses::close();
    t.body(t.argument);
    t.stack.locals().destroy();
    if (t.of_system != nullptr) enter<&end_of_system_thread>();
    raw_accesses::open();
    client_code_ = false;
  } catch (const std::exception& e) {
    client_code_ = false;
    uncaught = std::string("uncaught exception: ") + e.what();
  } catch (...) {
    client_code_ = false;
    uncaught = "uncaught exception of a type not derived from std::exception";
  }
  if (uncaught) {
    m.report(std::move(*uncaught), {}, {}, {m.halt_here({})});
  } else if (t.next == m.g().thread(m.current_).size()) {
    m.require_known_end();
  }
  t.is = state::finished;
  m.suspend();
  std::abort();
}

void machine::resume(std::size_t thread) {
  current_ = thread;
  threads_[thread].is = state::running;
  switch_to(thread);
}

void machine::switch_to(std::size_t thread) {
  thread_state& t = threads_[thread];
  enter_on(t.engine.top(), t.at);
  t.stack.resume();
}

void machine::suspend() {
  const bool client = std::exchange(client_code_, false);
  me().stack.suspend();
  client_code_ = client;
}

bool machine::replay_finished(std::size_t thread) const {
  const thread_state& t = threads_[thread];
  return t.is == state::absent || t.is == state::finished || t.is == state::frontier ||
         t.is == state::spins || t.is == state::dropped;
}

// Takes every thread to the end of its events in the graph. A thread stops on the way where it reads from
// what another has not reached yet, so the client's own memory is read and written in causal order.
bool machine::replay_all() {
  for (;;) {
    bool progress = false;
    bool all = true;
    for (std::size_t t = 0; t < thread_count_ && !stopped_; ++t) {
      if (replay_finished(t)) continue;
      const std::size_t before = threads_[t].next;
      const bool fresh = threads_[t].is == state::ready;
      resume(t);
      progress = progress || fresh || threads_[t].next != before || replay_finished(t);
      all = all && replay_finished(t);
    }
    if (stopped_) return false;
    if (all) break;
    if (!progress) {
      report(not_deterministic("its threads wait for each other when an execution is repeated"), {}, {});
      return false;
    }
  }
  for (std::size_t t = 0; t < max_threads; ++t) {
    if (threads_[t].next == g().thread(t).size() || g().thread(t).empty()) continue;
    const event& missing = g().thread(t)[threads_[t].next];
    report(not_deterministic("thread ") + std::to_string(t) +
               " ended earlier when an execution was repeated; before, it went on with " +
               std::string(name_of(missing.op)) + text_of(missing.where),
           {}, {});
    return false;
  }
  return true;
}

// Has a pending wait judge what it may read: its own thread asks, with what that has observed.
void machine::judge(std::size_t thread) {
  thread_state& t = threads_[thread];
  if (t.accepts == nullptr) return;
  while (const auto value = search_.unjudged(thread, *t.pending)) {
    bool accepted = false;
    if (thread == current_ && t.is == state::running) {
      accepted = ask(*t.accepts, *value);
    } else {
      t.offered = value;
      const std::size_t other = std::exchange(current_, thread);
      switch_to(thread);
      current_ = other;
      enter_on(threads_[other].engine.top(), threads_[other].at);
      accepted = t.accepted;
    }
    if (stopped_) return;
    search_.judged().record(t.pending->question, *value, accepted);
  }
}

// What the thread is asked while it waits for its turn.
void machine::answer_offers() {
  while (const auto value = std::exchange(me().offered, std::nullopt)) {
    me().accepted = ask(*me().accepts, *value);
    suspend();
  }
}

bool machine::ask(const condition& accepts, std::uint64_t value) {
  asking_ = true;
  me().asked = &accepts;
  const bool engine = !std::exchange(client_code_, true);
  const bool accepted = accepts(value);
  client_code_ = !engine;
  asking_ = false;
  return accepted;
}

bool machine::possible(std::size_t thread) {
  const event* pending = threads_[thread].pending;
  if (pending == nullptr) return true;
  judge(thread);
  if (stopped_) return false;
  return (!search_.is_guided() || search_.is_next_on_way(thread, *pending)) && could_happen(thread, pending);
}

bool machine::could_happen(std::size_t thread, const event* pending) {
  switch (pending->kind) {
    case event_kind::join:
      return threads_[pending->reads_from.thread].is == state::finished;
    case event_kind::read:
      if (!pending->mutex) return search_.readable(thread, *pending);
      // A guide's execution has no waits for a mutex.
      return search_.is_guided() ? search_.lockable(pending->location)
                                 : search_.worth_locking(thread, pending->location);
    default:
      return true;
  }
}

std::optional<std::size_t> machine::next_thread() {
  for (std::size_t t = 0; t < thread_count_; ++t) {
    if (threads_[t].is == state::ready || (threads_[t].is == state::frontier && possible(t))) return t;
  }
  return std::nullopt;
}

// The search goes on with other executions.
void machine::give_up() {
  cut_short_ = abandoned_ = stopped_ = true;
  leave();
}

void machine::exceed(const std::string& what, std::source_location where, std::string_view remedy) {
  const engine_scope engine;
  if (bound_exceeded_.empty()) {
    bound_exceeded_ =
        what + ": thread " + std::to_string(current_) + text_of(where) + "; " + std::string(remedy);
  }
  give_up();
}

void machine::stop_for_time(std::string at) {
  interrupted_at_ = "thread " + std::to_string(current_) + std::move(at);
  give_up();
}

void machine::interrupt() {
  const engine_scope engine;
  time_.look();
  const auto& events = g().thread(current_);
  stop_for_time(events.empty() ? "" : " after the operation" + text_of(events.back().where));
}

void* machine::allocate(std::size_t size, std::size_t alignment) {
  const raw_accesses::engine_scope opened;
  if (!arena_.has_room(current_, size, alignment)) {
    const engine_scope engine;
    const auto& events = g().thread(current_);
    exceed("a thread allocates more than " + std::to_string(arena::region >> 20) + " MiB in an execution",
           events.empty() ? std::source_location() : events.back().where,
           "what is freed is not used again, so it needs a smaller client");
  }
  return arena_.allocate(current_, size, alignment);
}

void machine::take_turn(const event& pending) {
  const bool was_ended = (ended_by_main_ >> current_ & 1) != 0;
  if (repeating_ && !was_ended) {
    fail(not_deterministic("it goes on here, where the same execution had ended before"), {}, pending.where);
  }
  require_known(step_of(g(), pending));
  waits_ = waits_ || pending.waits;
  me().pending = &pending;
  if (replaying_ || !possible(current_)) {
    me().is = state::frontier;
    suspend();
    answer_offers();
  }
  me().pending = nullptr;
  me().accepts = nullptr;
  if (me().next >= max_events) {
    exceed("an execution has more than " + std::to_string(max_events) + " events of one thread",
           pending.where,
           "a loop that waits for another thread has to be a P::await, and any other one needs a smaller "
           "client");
  }
}

// A thread with a lower number goes first whenever it can: which event comes next depends on the graph alone.
void machine::yield_if_overtaken() {
  for (std::size_t t = 0; t < current_; ++t) {
    const bool goes_first = threads_[t].is == state::frontier && possible(t);
    if (stopped_) suspend();
    if (!goes_first) continue;
    me().is = state::ready;
    suspend();
    return;
  }
}

const event& machine::added(event_ref ref) {
  me().next = g().thread(ref.thread).size();
  const event& e = g().at(ref);
  // What is done for an event grows with their number.
  if (time_.after(1 + g().trail().size() / 64)) stop_for_time(text_of(e.where));
  if (search_.is_guided() && !search_.consistent(ref)) {
    abandoned_ = stopped_ = true;
    suspend();
  }
  return e;
}

event machine::proto(event_kind kind, operation op, location_id place, std::source_location where) {
  if (place != no_location) require_place(place, kind, op, where);
  event e;
  e.kind = kind;
  e.op = op;
  e.location = place;
  e.where = where;
  e.ordinal = me().operations - 1;
  return e;
}

void machine::require_same(bool same, const event& e, std::source_location where) {
  if (!same) fail_as_other({0, e.op, false, e.where}, where);
}

// The thread has observed the same before, and then went on otherwise.
void machine::fail_as_other(const step& before, std::source_location where) {
  const engine_scope scope;
  std::string text = not_deterministic("it did something else here when an execution was repeated; before, ");
  if (before.ends) {
    text += "the thread ended";
  } else {
    text += "it was " + std::string(name_of(before.op)) + text_of(before.where);
  }
  fail(std::move(text), {}, where);
}

void machine::require_known(const step& next) {
  if (const step* before = memo_.contradicts(g().history_of_next(current_), next)) {
    fail_as_other(*before, next.where);
  }
}

// Most threads end in most executions as they did in the one before.
void machine::require_known_end() {
  const std::uint64_t history = g().history_of_next(current_);
  if (std::exchange(me().ended_after, history) == history) return;
  require_known({0, operation::load, true, {}});
}

void machine::forget_what_threads_did() {
  memo_.forget();
  for (thread_state& t : threads_) t.ended_after = 0;
}

void machine::wait_until_reached(event_ref ref) {
  while (threads_[ref.thread].next <= ref.index) {
    me().is = state::running;
    suspend();
  }
}

// The event of the graph that the client's next operation is, or null if the graph ends here.
const event* machine::replayed(event_kind kind, operation op, location_id place, std::source_location where) {
  thread_state& t = me();
  begin_operation();
  const auto& events = g().thread(current_);
  if (t.next >= events.size()) return nullptr;
  const event& e = events[t.next];
  require_same(e.kind == kind && e.op == op && e.location == place && bits_of(e.where) == bits_of(where), e,
               where);
  if (kind == event_kind::read) {
    waits_ = waits_ || e.waits;
    wait_until_reached(e.reads_from);
  }
  t.next += kind == event_kind::read && e.rmw ? 2 : 1;
  return &e;
}

location_id machine::create(location_kind kind, bool initialized, std::uint64_t value,
                            std::source_location where) {
  const location_id place = create_place(kind, initialized, value, where);
  if (kind == location_kind::atomic && has_sleepers(where)) {
    const location_id sleepers = create_place(location_kind::sleepers, true, 0, where);
    const engine_scope scope;
    sleepers_.set(place, sleepers);
  }
  return place;
}

location_id machine::create_place(location_kind kind, bool initialized, std::uint64_t value,
                                  std::source_location where) {
  me().loop.progress();
  thread_state& t = me();
  begin_operation();
  const auto& events = g().thread(current_);
  if (t.next < events.size()) {
    const event& e = events[t.next];
    require_same(e.kind == event_kind::create && g().place(e.location).kind == kind &&
                     e.initialized == initialized && e.value == value && bits_of(e.where) == bits_of(where),
                 e, where);
    ++t.next;
    return e.location;
  }
  const engine_scope scope;
  event e = proto(event_kind::create, operation::create, no_location, where);
  e.initialized = initialized;
  e.value = value;
  take_turn(e);
  return added(search_.add_location(current_, e, kind)).location;
}

void machine::retire(location_id place, std::source_location where) {
  const location_id sleepers = sleepers_.of(place);
  retire_place(place, where);
  if (sleepers != no_location) retire_place(sleepers, where);
}

void machine::retire_place(location_id place, std::source_location where) {
  me().loop.progress();
  if (replayed(event_kind::retire, operation::destroy, place, where) != nullptr) return;
  const engine_scope scope;
  const event e = proto(event_kind::retire, operation::destroy, place, where);
  take_turn(e);
  const location& l = g().place(place);
  const event_ref before = l.retired;
  const event_ref ref = search_.add(current_, e);
  if (before) fail("destroyed twice", {before, ref}, where);
  const bool looks_matter = !system_locks_.has(place);
  for (const auto* list : {&l.order, &l.readers, &l.accesses}) {
    for (const event_ref access : *list) {
      if (g().at(access).kind == event_kind::read && !g().at(access).rmw && !looks_matter) continue;
      if (!g().happens_before(access, ref)) fail_race(access, ref);
    }
  }
  added(ref);
}

// All threads' copies of a thread_local variable have one address: who reads it finds another variable there.
void machine::require_shareable(std::uint64_t value, std::source_location where) {
  bool shareable = true;
  for_each_word(value, [&](std::uint64_t word) { shareable = shareable && !thread_locals::contains(word); });
  if (!shareable) {
    exceed("the address of a thread_local variable is stored in an atomic, and is the same for all threads",
           where, "a place that threads share has to be another kind of variable");
  }
}

std::uint64_t machine::load(location_id place, std::memory_order order, std::source_location where,
                            operation op) {
  const std::uint64_t seen_as = visit(place, where);
  if (const event* e = replayed(event_kind::read, op, place, where)) {
    require_same(e->order == order, *e, where);
    return e->value;
  }
  const engine_scope scope;
  event e = proto(event_kind::read, op, place, where);
  e.order = order;
  // Where it is known that some values would only lead back to here, it waits for another one.
  const std::uint64_t question = mixed(seen_as, place);
  if (seen_as != 0 && !search_.keeps_failed_looks() && search_.judged().rejects_some(question)) {
    e.question = question;
    e.waits = e.presumes = true;
  }
  take_turn(e);
  const event_ref ref = search_.add_read(current_, e);
  check_access(ref);
  return added(ref).value;
}

void machine::store(location_id place, std::uint64_t value, std::memory_order order,
                    std::source_location where) {
  me().loop.progress();
  if (const event* e = replayed(event_kind::write, operation::store, place, where)) {
    require_same(e->value == value && e->order == order, *e, where);
    return;
  }
  const engine_scope scope;
  event e = proto(event_kind::write, operation::store, place, where);
  e.order = order;
  e.value = value;
  require_shareable(value, where);
  take_turn(e);
  const event_ref ref = search_.add_write(current_, e);
  check_access(ref);
  added(ref);
  yield_if_overtaken();
}

std::uint64_t machine::modify(location_id place, operation op, const modification& how, bool& modified,
                              std::source_location where) {
  visit(place, where);
  const auto note_progress = [this](const event& read) {
    if (is_rwlock_operation(read.op)) return;
    if (read.rmw && g().thread(current_)[me().next - 1].value != read.value) me().loop.progress();
  };
  if (const event* e = replayed(event_kind::read, op, place, where)) {
    require_same(e->modify == how, *e, where);
    modified = e->rmw;
    note_progress(*e);
    return e->value;
  }
  const engine_scope scope;
  event e = proto(event_kind::read, op, place, where);
  e.order = how.success;
  e.modify = how;
  e.may_modify = e.rmw = true;
  require_shareable(how.operand, where);
  take_turn(e);
  const event_ref ref = search_.add_read(current_, e);
  check_access(ref);
  const event done = added(ref);
  modified = done.rmw;
  note_progress(done);
  if (modified) yield_if_overtaken();
  return done.value;
}

// What lies on its stack is compared there, and elsewhere the thread has written for itself.
void machine::gave_result(const void* variable) {
  thread_state& t = me();
  const auto address = reinterpret_cast<std::uintptr_t>(variable);
  if (address < t.at.stack_pointer || address >= t.stack.stack_end()) t.loop.progress();
}

std::uint64_t machine::await(location_id place, std::memory_order order, const condition& accepts,
                             std::source_location where, operation op) {
  visit(place, where);
  if (const event* e = replayed(event_kind::read, op, place, where)) {
    const bool accepted = ask(accepts, e->value);
    if (search_.asked().thread == current_ && search_.asked().index + 1u == me().next) {
      end_question(*e, accepted);
    }
    require_same(e->order == order && (accepted || !e->waits), *e, where);
    if (!accepted) stop_at_failed_look(where);
    return e->value;
  }
  const engine_scope scope;
  event e = proto(event_kind::read, op, place, where);
  e.order = order;
  e.waits = !search_.keeps_failed_looks();
  if (e.waits) {
    e.question = accepts.identity != 0 ? accepts.identity : question_of(accepts);
    me().accepts = &accepts;
  }
  take_turn(e);
  const event_ref ref = search_.add_read(current_, e);
  check_access(ref);
  const event& done = added(ref);
  // It may have been judged in another execution; here, the callable has not been called yet.
  if (ask(accepts, done.value)) return done.value;
  require_same(!e.waits, done, where);
  stop_at_failed_look(where);
  return done.value;
}

// What the await finds in other looks is looked at in other executions.
void machine::stop_at_failed_look(std::source_location where) {
  const engine_scope scope;
  thread_state& t = me();
  t.turn_begin = t.next - 1;
  t.turn_at = where;
  t.at_failed_look = true;
  t.is = state::spins;
  suspend();
}

// Called where a thread's way on depends on what it finds. If it was here before in the same state, and has
// changed nothing since, it stops. Returns that state; zero where it is not looked at.
std::uint64_t machine::visit(location_id place, std::source_location where) {
  thread_state& t = me();
  // One call is one visit, also of an operation that a planted defect has done twice.
  if (!std::exchange(t.called, false)) return 0;
  const std::uint64_t site = turns::site_of(t.at);
  const bool in_loop = search_.is_guided() || (!loop_sites_.empty() && loop_sites_.contains(site));
  if (!in_loop && !t.loop.has_been_at(site)) {
    const engine_scope scope;
    t.loop.add({.site = site, .place = place, .events = t.next});
    return 0;
  }
  if (!in_loop && may_learn_) {
    const engine_scope scope;
    loop_sites_.insert(site);
    restart_knowing_more();
  }
  compares_stacks_ = true;
  const std::uint64_t now_in = t.loop.state_of(t.at, t.stack.stack_end());
  const bool at_end = t.next >= g().thread(current_).size();
  if (const turns::visit* before = t.loop.find(now_in); before != nullptr && at_end) {
    stop_in_loop(*before, place, where);
  }
  const engine_scope scope;
  t.loop.add({.site = site, .state = now_in, .place = place, .events = t.next});
  return now_in;
}

// If the turn was one load, that is remembered: in this state, this value leads nowhere.
void machine::stop_in_loop(const turns::visit& before, location_id place, std::source_location where) {
  const engine_scope scope;
  thread_state& t = me();
  if (may_learn_ && !search_.keeps_failed_looks() && t.next == before.events + 1 && before.place == place) {
    const event& turn = g().thread(current_)[before.events];
    if (turn.kind == event_kind::read && turn.op == operation::load) {
      search_.judged().reject(mixed(before.state, place), turn.value);
      restart_knowing_more();
    }
  }
  t.turn_begin = before.events;
  t.turn_at = where;
  t.is = state::spins;
  suspend();
}

void machine::restart_knowing_more() {
  // What is known decides what becomes an event, and of which kind.
  forget_what_threads_did();
  heeded_ = ++knowledge_;
  learned_ = abandoned_ = stopped_ = true;
  suspend();
  std::abort();
}

void machine::operates_in_condition() {
  const engine_scope scope;
  asking_ = false;
  loops_.insert(active_->me().asked->ask);
  active_->restart_knowing_more();
  std::abort();
}

std::uint64_t machine::question_of(const condition& accepts) const {
  return mixed(mixed(reinterpret_cast<std::uintptr_t>(accepts.ask), current_), g().history_of_next(current_));
}

void machine::end_question(const event& wait, bool accepted) {
  const engine_scope scope;
  search_.judged().record(wait.question, wait.value, accepted);
  answered_ = abandoned_ = stopped_ = true;
  suspend();
}

void machine::fence(fence_kind kind, std::memory_order order, std::source_location where) {
  const operation op = kind == fence_kind::ordinary ? operation::fence
                       : kind == fence_kind::light  ? operation::light_fence
                                                    : operation::heavy_fence;
  if (const event* e = replayed(event_kind::fence, op, no_location, where)) {
    require_same(e->order == order, *e, where);
    return;
  }
  const engine_scope scope;
  event e = proto(event_kind::fence, op, no_location, where);
  e.fence = kind;
  e.order = order;
  take_turn(e);
  added(search_.add(current_, e));
}

void machine::plain_read(location_id place, const void* address, std::size_t size,
                         std::source_location where) {
  if (watches_addresses_) note_addresses(address, size);
  if (replayed(event_kind::plain_read, operation::plain_read, place, where) != nullptr) return;
  const engine_scope scope;
  const event e = proto(event_kind::plain_read, operation::plain_read, place, where);
  take_turn(e);
  const event_ref ref = search_.add(current_, e);
  const location& l = g().place(place);
  check_plain(ref, l);
  const bool written = std::any_of(l.accesses.begin(), l.accesses.end(), [this](event_ref a) {
    return g().at(a).kind == event_kind::plain_write || g().at(a).initialized;
  });
  if (!written && arena_.contains(address) && arena::untouched(address, size)) {
    fail("read of uninitialized memory", {ref}, where);
  }
  added(ref);
}

// Pointers within the value.
void machine::note_addresses(const void* value, std::size_t size) {
  const engine_scope scope;
  const auto* bytes = static_cast<const unsigned char*>(value);
  for (std::size_t i = 0; i + sizeof(std::uint64_t) <= size; i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + i, sizeof word);
    if (arena_.contains_address(word)) observations_.push_back({current_, word});
  }
}

void machine::plain_write(location_id place, std::source_location where) {
  if (replayed(event_kind::plain_write, operation::plain_write, place, where) != nullptr) return;
  const engine_scope scope;
  const event e = proto(event_kind::plain_write, operation::plain_write, place, where);
  take_turn(e);
  const event_ref ref = search_.add(current_, e);
  check_plain(ref, g().place(place));
  added(ref);
}

bool machine::try_lock(location_id mutex, std::source_location where) {
  visit(mutex, where);
  if (choose_at(2, operation::try_lock, mutex, where) == 0) return false;
  acquire(mutex, operation::try_lock, where);
  return true;
}

void machine::acquire(location_id mutex, operation op, std::source_location where) {
  if (op == operation::lock) visit(mutex, where);
  me().loop.lock(mutex);
  thread_state& t = me();
  const auto& events = g().thread(current_);
  // It may have waited for one section, and been overtaken by another then.
  while (t.next < events.size() && events[t.next].kind == event_kind::lock_wait) {
    require_same(events[t.next].location == mutex, events[t.next], where);
    ++t.next;
  }
  if (replayed(event_kind::read, op, mutex, where) != nullptr) return;
  const engine_scope scope;
  event e = proto(event_kind::read, op, mutex, where);
  e.order = std::memory_order_acquire;
  e.mutex = e.rmw = e.may_modify = true;
  e.modify.compute = [](std::uint64_t, std::uint64_t) -> std::uint64_t { return 1; };
  take_turn(e);
  check_alive(mutex, where);
  while (added(search_.add_lock(current_, e)).kind == event_kind::lock_wait) take_turn(e);
}

void machine::unlock(location_id mutex, std::source_location where) {
  me().loop.unlock(mutex);
  if (replayed(event_kind::write, operation::unlock, mutex, where) != nullptr) return;
  const engine_scope scope;
  event e = proto(event_kind::write, operation::unlock, mutex, where);
  e.order = std::memory_order_release;
  e.mutex = true;
  take_turn(e);
  check_alive(mutex, where);
  const event_ref holder = g().place(mutex).order.back();
  if (g().at(holder).value == 0 || holder.thread != current_) {
    fail("a mutex is unlocked by a thread that does not hold it", {holder}, where);
  }
  added(search_.add_unlock(current_, e));
  yield_if_overtaken();
}

std::size_t machine::choose_at(std::size_t n, operation op, location_id place, std::source_location where) {
  if (op != operation::try_lock) visit(place, where);
  if (const event* e = replayed(event_kind::choose, op, place, where)) {
    require_same(e->choices == n, *e, where);
    return static_cast<std::size_t>(e->value);
  }
  const engine_scope scope;
  event e = proto(event_kind::choose, op, place, where);
  e.choices = n;
  take_turn(e);
  return static_cast<std::size_t>(added(search_.add_choose(current_, e)).value);
}

machine::allocation machine::create_object(std::size_t size, std::size_t alignment,
                                           std::source_location where) {
  me().loop.progress();
  thread_state& t = me();
  begin_operation();
  const auto& events = g().thread(current_);
  if (t.next < events.size()) {
    const event& e = events[t.next];
    require_same(e.kind == event_kind::object_create && e.value == size && e.choices == alignment &&
                     bits_of(e.where) == bits_of(where),
                 e, where);
    if (e.reads_from) wait_until_reached(e.reads_from);
    return memory_for(events[t.next++]);
  }
  const engine_scope scope;
  event e = proto(event_kind::object_create, operation::create, no_location, where);
  e.value = size;
  e.choices = alignment;
  e.initialized = true;
  take_turn(e);
  return memory_for(added(search_.add_object(current_, e)));
}

// Fresh memory lies where it would if nothing was ever reused.
machine::allocation machine::memory_for(const event& create) {
  const engine_scope scope;
  const location_id object = create.location;
  if (memory_of_.size() <= object) memory_of_.resize(object + 1u);
  memory_of_[object] = create.reads_from ? memory_of_[g().at(create.reads_from).location]
                                         : allocate(create.value, create.choices);
  if (create.reads_from) arena::poison_again(memory_of_[object], create.value);
  return {object, memory_of_[object]};
}

void machine::require_destructible(location_id object, std::source_location where) {
  if (me().next < g().thread(current_).size()) return;
  require_place(object, event_kind::object_destroy, operation::destroy, where);
  const location& l = g().place(object);
  if (!l.retired && g().past_of_next(current_).covers(l.creator.thread, l.creator.index)) return;
  // It fails.
  destroy_object(object, where);
}

void machine::destroy_object(location_id object, std::source_location where) {
  me().loop.progress();
  if (replayed(event_kind::object_destroy, operation::destroy, object, where) != nullptr) return;
  const engine_scope scope;
  const event e = proto(event_kind::object_destroy, operation::destroy, object, where);
  take_turn(e);
  const location& l = g().place(object);
  const event_ref before = l.retired;
  const event_ref ref = search_.add_destroy(current_, e);
  if (before) fail("double free: the object was destroyed before", {before, ref}, where);
  if (!g().happens_before(l.creator, ref)) fail_race(l.creator, ref);
  added(ref);
}

std::size_t machine::spawn(void (*body)(void*), void* argument, std::source_location where) {
  me().loop.progress();
  const event* e = replayed(event_kind::spawn, operation::create, no_location, where);
  const auto started = reinterpret_cast<std::uintptr_t>(body);
  const auto with = reinterpret_cast<std::uintptr_t>(argument);
  const std::size_t siblings = me().children++;
  const engine_scope scope;
  std::size_t thread = 0;
  if (e != nullptr) {
    require_same(e->value == started && e->modify.operand == with, *e, where);
    thread = e->reads_from.thread;
  } else {
    event made = proto(event_kind::spawn, operation::create, no_location, where);
    thread = number_of_child(siblings, where);
    made.reads_from = {static_cast<std::uint16_t>(thread), 0};
    made.value = started;
    made.modify.operand = with;
    take_turn(made);
    added(search_.add(current_, made));
  }
  start(thread, body, argument);
  thread_count_ = std::max(thread_count_, thread + 1);
  return thread;
}

std::size_t machine::number_of_child(std::size_t siblings, std::source_location where) {
  const std::size_t wanted = search_.thread_on_way(current_, siblings).value_or(siblings + 1);
  const auto number = numbers_.of(current_, siblings, wanted);
  if (!number) {
    exceed("the client starts more than " + std::to_string(max_threads - 1) + " threads", where,
           "it needs a smaller client");
  }
  return *number;
}

void machine::join(std::size_t thread, std::source_location where) {
  // The main thread goes on behind others, which have left memory open.
  const raw_accesses::engine_scope opened;
  me().loop.progress();
  if (const event* e = replayed(event_kind::join, operation::await, no_location, where)) {
    require_same(e->reads_from.thread == thread, *e, where);
    while (threads_[thread].is != state::finished) {
      me().is = state::running;
      suspend();
    }
    return;
  }
  const engine_scope scope;
  event e = proto(event_kind::join, operation::await, no_location, where);
  e.reads_from = {static_cast<std::uint16_t>(thread), 0};
  take_turn(e);
  added(search_.add(current_, e));
}

void machine::at_thread_end(void (*destructor)(void*), void* object) {
  const engine_scope scope;
  me().stack.locals().at_thread_end(destructor, object);
}

moment machine::now() const {
  const thread_state& t = threads_[current_];
  moment m;
  m.thread = static_cast<std::uint16_t>(current_);
  m.events = static_cast<std::uint16_t>(t.next);
  m.step = t.operations;
  if (t.next > 0) {
    m.past = g().thread(current_)[t.next - 1].happens_before;
  } else if (g().spawner(current_)) {
    m.past = g().at(g().spawner(current_)).happens_before;
  }
  return m;
}

void machine::report(std::string text, std::vector<event_ref> about, std::source_location where,
                     std::vector<halt> halts) {
  report({std::move(text), std::move(about), where, std::move(halts), false, {}, false});
}

void machine::report(failure found) {
  if (!failure_) failure_ = std::move(found);
  stopped_ = true;
}

halt machine::halt_here(std::source_location where) const {
  return {static_cast<std::uint16_t>(current_), "", no_location, where};
}

void machine::fail(std::string text, std::vector<event_ref> about, std::source_location where) {
  const engine_scope scope;
  std::vector<halt> halts;
  if (about.empty()) halts.push_back(halt_here(where));
  report(std::move(text), std::move(about), where, std::move(halts));
  leave();
}

void machine::drop() {
  const engine_scope scope;
  me().is = state::dropped;
  suspend();
  std::abort();
}

// The fiber stays as it is and is never resumed.
void machine::leave() {
  me().is = state::frontier;
  suspend();
  std::abort();
}

void machine::crash(const std::string& what, const std::string& detail, const call_chain& calls,
                    const std::string& advice) {
  const engine_scope scope;
  report(end_in_client(what, detail, advice, "ends here", calls));
  leave();
}

void machine::overflow(const call_chain& calls) {
  const engine_scope scope;
  const std::size_t kibibytes = limits_.stack_size >> 10;
  const std::string size =
      kibibytes % 1024 == 0 ? std::to_string(kibibytes / 1024) + " MiB" : std::to_string(kibibytes) + " KiB";
  report(end_in_client("stack overflow", " (" + size + ")", "", "ends here", calls));
  leave();
}

void machine::hang(const std::string& what, const std::string& advice, const call_chain& calls) {
  const engine_scope scope;
  failure found = end_in_client(what, "", advice, "comes no further", calls);
  found.slow = true;
  report(std::move(found));
  leave();
}

failure machine::end_in_client(const std::string& what, const std::string& detail, const std::string& advice,
                               const std::string& doing, const call_chain& calls) const {
  std::vector<code_place> places = client_calls(calls);
  const auto own = std::find_if(places.begin(), places.end(),
                                [](const code_place& p) { return !p.system && !p.function.empty(); });
  const std::string in = own == places.end() ? "" : ", in " + text_of(*own);
  halt here = halt_here({});
  here.doing = doing + in;
  return {what + " in thread " + std::to_string(current_) + detail + in + advice,
          {},
          {},
          {here},
          true,
          std::move(places),
          false};
}

// Without what the failure came before, and without looks that failed: in the execution that is shown, these
// threads wait.
graph machine::executed() const {
  const bool in_client = failure_ && failure_->in_client;
  bool whole = !in_client;
  graph::thread_counts counts{};
  for (std::size_t t = 0; t < thread_count_; ++t) {
    const bool waits = threads_[t].is == state::spins && threads_[t].at_failed_look;
    whole = whole && !waits;
    const std::size_t events = waits       ? threads_[t].turn_begin
                               : in_client ? threads_[t].next
                                           : g().thread(t).size();
    counts[t] = static_cast<graph::thread_counts::value_type>(events);
  }
  if (whole) return g();
  graph cut;
  cut.assign_restricted(g(), counts);
  return cut;
}

void machine::fail_race(event_ref a, event_ref b) {
  const bool ends = g().at(b).kind == event_kind::retire;
  const bool begins = g().at(a).kind == event_kind::create;
  fail(ends     ? "data race: the end of an object's life is not ordered after its use"
       : begins ? "data race: the use of an object is not ordered after its construction"
                : "data race",
       {a, b}, g().at(b).where);
}

void machine::abandon() {
  abandoned_ = stopped_ = true;
  suspend();
  std::abort();
}

// In reused memory, a pointer to what lay there before may lead to an object that the thread knows nothing
// of, or to one that is not constructed yet. Where the memory is not reused, what the thread does is a
// failure.
void machine::require_place(location_id place, event_kind kind, operation op, std::source_location where) {
  const event_ref creator = place < g().location_count() ? g().place(place).creator : event_ref{};
  const bool exists = creator && fits(g().place(place).kind, kind, op);
  if (exists && g().causes_of_next(current_).covers(creator.thread, creator.index)) return;
  if (g().reuses() > 0) abandon();
  if (!exists) fail("an operation on memory that holds no such object", {}, where);
}

void machine::check_alive(location_id place, std::source_location where) {
  if (g().place(place).retired)
    fail("use after the end of the object's life", {g().place(place).retired}, where);
}

void machine::check_access(event_ref ref) {
  const event& e = g().at(ref);
  const location& l = g().place(e.location);
  if (!g().happens_before(l.creator, ref)) fail_race(l.creator, ref);
  if (!l.retired) return;
  // Whoever waited there may have been told to go on before.
  if (e.kind == event_kind::read && !e.rmw && system_locks_.has(e.location)) return;
  fail("use after the end of the object's life (use after free)", {l.retired, ref}, e.where);
}

// A write must come after every access since the last write; a read, after the last write. What came earlier
// was checked then.
void machine::check_plain(event_ref ref, const location& l) {
  if (l.retired)
    fail("use after the end of the object's life (use after free)", {l.retired, ref}, g().at(ref).where);
  const bool writes = g().at(ref).kind == event_kind::plain_write;
  for (std::size_t i = l.accesses.size() - 1; i-- > 0;) {
    const event_ref other = l.accesses[i];
    const bool other_writes = g().at(other).kind != event_kind::plain_read;
    if ((writes || other_writes) && !g().happens_before(other, ref)) fail_race(other, ref);
    if (other_writes) return;
  }
}

machine::outcome machine::finish() {
  if (failure_) return outcome::failed;
  if (abandoned_) return outcome::abandoned;
  if (all_finished()) return outcome::completed;
  for (std::size_t t = 0; t < thread_count_; ++t) {
    if (threads_[t].is == state::spins) search_.note_loop(t);
  }
  const bool dropped = std::any_of(threads_.begin(), threads_.end(),
                                   [](const thread_state& t) { return t.is == state::dropped; });
  if (dropped || waits_in_try_lock() || !all_are_stuck()) {
    abandoned_ = true;
    return outcome::abandoned;
  }
  if (main_has_ended_all()) {
    note_ended_by_main();
    return outcome::completed;
  }
  report_deadlock();
  return outcome::failed;
}

void machine::note_ended_by_main() {
  ended_by_main_ = 0;
  for (std::size_t t = 0; t < thread_count_; ++t) {
    if (threads_[t].is == state::frontier) ended_by_main_ |= std::uint32_t{1} << t;
  }
}

// Whether each loop that a thread was stopped in would go on for ever: it would find again what it found. If
// not, what it would find is looked at in other executions.
bool machine::all_are_stuck() const {
  for (std::size_t t = 0; t < thread_count_; ++t) {
    if (threads_[t].is != state::spins) continue;
    const auto& events = g().thread(t);
    for (std::size_t i = threads_[t].turn_begin; i < events.size(); ++i) {
      if (!repeats({static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)})) return false;
      // It was stopped where it holds what the turn would have given to another one.
      if (events[i].op == operation::unlock && is_waited_for(events[i].location)) return false;
    }
  }
  return true;
}

bool machine::is_waited_for(location_id lock) const {
  for (std::size_t t = 0; t < thread_count_; ++t) {
    const thread_state& other = threads_[t];
    if (other.is == state::frontier && other.pending != nullptr && other.pending->location == lock)
      return true;
    if (other.is == state::spins && other.at_failed_look && g().thread(t)[other.turn_begin].location == lock)
      return true;
  }
  return false;
}

// Whether a thread that does this again is bound to have the same result.
bool machine::repeats(event_ref ref) const {
  const event& e = g().at(ref);
  const auto last = [this](location_id place) { return g().at(g().place(place).order.back()).value; };
  switch (e.kind) {
    case event_kind::read:
      // What a mutex guards need not be the explorer's: another section since then may have changed it.
      if ((e.mutex || is_rwlock_operation(e.op)) && g().place(e.location).order.back().thread == ref.thread)
        return true;
      if (e.mutex) return false;
      // Who else sleeps there is nothing to a thread whose time was over.
      if (e.may_modify && g().place(e.location).kind == location_kind::sleepers) return true;
      return !e.spurious && e.value == last(e.location);
    case event_kind::choose:
      // A mutex that is free in the end would be had in time.
      if (e.op == operation::time_out && e.value == 1) {
        return g().place(e.location).kind != location_kind::mutex || last(e.location) != 0;
      }
      // A failed try_lock fails again if the mutex is taken for good.
      return e.choices == 1 || (e.op == operation::try_lock && e.value == 0 && last(e.location) != 0);
    case event_kind::plain_read: {
      const auto& accesses = g().place(e.location).accesses;
      return std::none_of(accesses.begin(), accesses.end(), [&](event_ref other) {
        return g().at(other).kind == event_kind::plain_write && other.thread != ref.thread &&
               !g().happens_before(other, ref);
      });
    }
    default:
      return true;
  }
}

bool machine::all_finished() const {
  return std::all_of(threads_.begin(), threads_.end(),
                     [](const thread_state& t) { return t.is == state::finished || t.is == state::absent; });
}

// No thread is left that could go on, or that waits for more than the end of one that cannot.
bool machine::has_ended() const {
  return std::all_of(threads_.begin(), threads_.end(), [](const thread_state& t) {
    const bool joins = t.is == state::frontier && t.pending != nullptr && t.pending->kind == event_kind::join;
    return t.is == state::finished || t.is == state::absent || t.is == state::dropped || joins;
  });
}

// The choice that a try_lock succeeds was a wrong one: it does not wait. In another execution it fails.
bool machine::waits_in_try_lock() const {
  return std::any_of(threads_.begin(), threads_.end(), [](const thread_state& t) {
    return t.is == state::frontier && t.pending->op == operation::try_lock;
  });
}

void machine::report_deadlock() {
  std::string text;
  std::vector<halt> halts;
  bool loops = false;
  for (std::size_t t = 0; t < thread_count_; ++t) {
    if (threads_[t].is == state::spins && threads_[t].at_failed_look) {
      const event& e = g().thread(t)[threads_[t].turn_begin];
      text += describe_wait(t, e);
      halts.push_back(halt_in_wait(t, e));
    } else if (threads_[t].is == state::spins) {
      loops = true;
      text += describe_loop(t, threads_[t].turn_at);
      halts.push_back(halt_in_loop(t));
    } else if (threads_[t].is == state::frontier) {
      const event& e = *threads_[t].pending;
      // Whoever waits for a thread to end is not the one to look at.
      if (e.kind == event_kind::join) continue;
      loops = loops || e.presumes;
      text += e.presumes ? describe_loop(t, e.where) : describe_wait(t, e);
      // Who waits for a lock has an event that says so.
      if (e.waits) halts.push_back(halt_in_wait(t, e));
    }
  }
  if (text.empty()) text = describe_joins();
  text.back() = '.';
  report((loops ? "livelock:" : "deadlock:") + text, {}, {}, std::move(halts));
}

// Where threads wait for each other's end, and for nothing else.
std::string machine::describe_joins() const {
  std::string text;
  for (std::size_t t = 0; t < thread_count_; ++t) {
    if (threads_[t].is != state::frontier) continue;
    const event& e = *threads_[t].pending;
    text += " thread " + std::to_string(t) + " waits for the end of thread " +
            std::to_string(e.reads_from.thread) + text_of(e.where) + ";";
  }
  return text;
}

std::string machine::describe_wait(std::size_t thread, const event& e) {
  return " thread " + std::to_string(thread) + " waits in " + std::string(name_of(e.op)) + " at " +
         e.where.file_name() + ":" + std::to_string(e.where.line()) + ";";
}

halt machine::halt_in_wait(std::size_t thread, const event& e) {
  return {static_cast<std::uint16_t>(thread),
          std::string(name_of(e.op)) + " " + std::string(name_of(e.order)), e.location, e.where};
}

std::string machine::describe_loop(std::size_t thread, const std::source_location& where) {
  return " thread " + std::to_string(thread) + " repeats a loop that nothing can end, at " +
         where.file_name() + ":" + std::to_string(where.line()) + ";";
}

// At the last read of the turn.
halt machine::halt_in_loop(std::size_t thread) const {
  const thread_state& t = threads_[thread];
  halt in{static_cast<std::uint16_t>(thread), "a loop", no_location, t.turn_at};
  const auto& events = g().thread(thread);
  for (std::size_t i = t.turn_begin; i < events.size(); ++i) {
    if (events[i].kind != event_kind::read) continue;
    in.doing =
        "a loop of " + std::string(name_of(events[i].op)) + " " + std::string(name_of(events[i].order));
    in.place = events[i].location;
  }
  return in;
}

void machine::check_leaks() {
  for (std::size_t id = 0; id < g().location_count(); ++id) {
    const location& l = g().place(static_cast<location_id>(id));
    if (l.creator && l.kind == location_kind::object && !l.retired) {
      report("leak: an object is never destroyed", {l.creator}, g().at(l.creator).where);
    }
  }
}

}  // namespace stillpoint::verify::explorer
