// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/enumerator.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

namespace stillpoint::verify::oracle {
namespace {

constexpr unsigned none = ~0U;

// How a reading instruction ends. Only a compare-and-swap that is no loop has a choice.
enum class ending { undecided, reads, updates, fails_spuriously };

bool is_acquire(std::memory_order order) {
  return order == std::memory_order_acquire || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

bool is_release(std::memory_order order) {
  return order == std::memory_order_release || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

// Where each thread stops, and how often each of its instructions fails before it succeeds: only one that
// retries does.
struct extent {
  std::vector<unsigned> lengths;
  std::vector<std::vector<unsigned>> failures;
};

// An instruction with its events, and what is guessed and known about it; of one that retries, one turn.
struct step {
  const instruction* code = nullptr;
  unsigned thread = 0;
  unsigned index = 0;
  unsigned turn = 0;
  unsigned location = none;  // over all kinds: atomics, then mutexes, then plains; none for a fence
  unsigned read = none;      // events; a fence and a plain access have their one event in `read`
  unsigned write = none;

  ending end = ending::undecided;
  bool from_initial = false;  // reads the initial value, else from the step `source` if that is known
  unsigned source = none;
  unsigned readers = 0;  // how many read from it although it is a compare-and-swap: it must then write

  std::optional<int> value_read;
  std::optional<int> value_written;

  bool reads() const { return reads_atomic(code->op) || code->op == operation::lock; }
  // Whether how it ends is to be guessed.
  bool is_open() const { return is_cas(code->op) && code->repeat == repetition::once; }
  bool always_writes() const {
    return code->op == operation::store || is_mutex(code->op) || is_rmw(code->op) ||
           (is_cas(code->op) && !is_open() && end == ending::updates);
  }
  bool could_write() const { return always_writes() || is_open(); }
  bool writes() const { return always_writes() || end == ending::updates || readers > 0; }
  bool must_not_write() const { return end == ending::reads || end == ending::fails_spuriously; }

  std::memory_order order() const {
    if (code->op == operation::lock) return std::memory_order_acquire;
    if (code->op == operation::unlock) return std::memory_order_release;
    if (!is_cas(code->op)) return code->order;
    // Undecided, it counts as relaxed, which asks for the least.
    if (end == ending::undecided) return std::memory_order_relaxed;
    return end == ending::updates ? code->order : code->failure;
  }
};

// The steps of a program whose threads stop in front of given instructions, the graph of what is guessed
// about them, and the values that follow.
class candidate {
 public:
  candidate(const program& p, const extent& to, bool light_is_heavy)
      : program_(p),
        extent_(to),
        lengths_(to.lengths),
        atomics_(atomic_count(p)),
        shared_(atomics_ + mutex_count(p)) {
    make_steps();
    make_fixed_graph(light_is_heavy);
  }

  std::vector<step>& steps() { return steps_; }
  unsigned atomics() const { return atomics_; }
  // Atomics and mutexes. The initial write of shared location l is event l.
  unsigned shared_locations() const { return shared_; }

  // The graph of what is guessed so far, without modification order.
  graph current_graph() const {
    auto g = fixed_;
    for (const auto& s : steps_) {
      if (s.location >= shared_) continue;
      add_access(g, s);
      if (s.from_initial) g.rf.add(s.location, s.read);
      if (s.source != none) g.rf.add(steps_[s.source].write, s.read);
    }
    add_program_order(g);
    return g;
  }

  // Whether a value that was unknown is known now.
  template <class Find>
  static bool learn(std::optional<int>& value, const Find& find) {
    if (value) return false;
    value = find();
    return value.has_value();
  }

  // Computes all values that the guesses determine; false if one contradicts a guess.
  bool find_values() {
    for (auto& s : steps_) s.value_read = s.value_written = std::nullopt;
    bool changed = true;
    while (changed) {
      changed = false;
      for (auto& s : steps_) {
        changed |= learn(s.value_read, [&] { return find_value_read(s); });
        changed |= learn(s.value_written, [&] { return find_value_written(s); });
      }
    }
    return std::all_of(steps_.begin(), steps_.end(), [&](const step& s) { return possible(s); });
  }

  // A cycle of data dependencies (possible only without the axiom against thin air) leaves values unknown.
  bool all_values_known() const {
    return std::all_of(steps_.begin(), steps_.end(), [&](const step& s) {
      const bool read_known = s.value_read || !(s.reads() || s.code->op == operation::plain_read);
      return read_known && (s.value_written || !s.writes());
    });
  }

  // A plain read takes its value from the last write that happens before it. With a race there may be several
  // last ones; any will do, since the race is reported, and it needs no value that was read after it.
  void find_plain_sources(const relation& hb) {
    for (auto& s : steps_) {
      if (s.code->op != operation::plain_read) continue;
      s.source = none;
      for (unsigned other = 0; other < steps_.size(); ++other) {
        const auto& w = steps_[other];
        if (w.code->op != operation::plain_write || w.location != s.location || !hb.has(w.read, s.read))
          continue;
        if (s.source == none || hb.has(steps_[s.source].read, w.read)) s.source = other;
      }
      s.from_initial = s.source == none;
    }
  }

  void forget_plain_sources() {
    for (auto& s : steps_) {
      if (s.code->op != operation::plain_read) continue;
      s.source = none;
      s.from_initial = false;
    }
  }

  bool races(const relation& hb) const {
    for (const auto& a : steps_) {
      if (a.code->op != operation::plain_write) continue;
      for (const auto& b : steps_) {
        if (!is_plain(b.code->op) || a.location != b.location || a.thread == b.thread) continue;
        if (!hb.has(a.read, b.read) && !hb.has(b.read, a.read)) return true;
      }
    }
    return false;
  }

  bool is_complete() const {
    for (unsigned t = 0; t < lengths_.size(); ++t) {
      if (stops_early(t)) return false;
    }
    return true;
  }

  // Whether nothing can end the waiting of the threads that stop early, given each location's last write.
  bool is_stuck(const std::vector<unsigned>& last_writes) const {
    for (unsigned t = 0; t < lengths_.size(); ++t) {
      if (!stops_early(t)) continue;
      const auto& waiting = program_.threads[t][lengths_[t]];
      if (ends_waiting(t, waiting, value_of(last_writes[location_of(waiting)]))) return false;
    }
    return true;
  }

  std::string sources_text() const {
    std::string text;
    for (const auto& s : steps_) {
      if (!s.reads()) continue;
      text += (text.empty() ? "" : " ") + label(s.thread, s.index) + "<-";
      text += s.from_initial ? "init" : label(steps_[s.source].thread, steps_[s.source].index);
      if (s.end == ending::fails_spuriously) text += '!';
    }
    return text;
  }

  std::string writer_text(unsigned event) const {
    const auto* s = step_writing(event);
    return s == nullptr ? "init" : label(s->thread, s->index);
  }

  std::string stuck_text() const {
    std::string text;
    for (unsigned t = 0; t < lengths_.size(); ++t) {
      if (stops_early(t)) text += (text.empty() ? "blocked:" : ",") + label(t, lengths_[t]);
    }
    return text;
  }

  outcome make_outcome(const std::vector<unsigned>& last_writes) const {
    outcome o;
    for (const auto& thread : program_.threads) {
      o.results.emplace_back(thread.size(), 0);
      o.spurious.emplace_back(thread.size(), char{0});
    }
    for (const auto& s : steps_) {
      if (has_result(s.code->op)) o.results[s.thread][s.index] = s.value_read.value_or(0);
      o.spurious[s.thread][s.index] = s.end == ending::fails_spuriously ? 1 : 0;
    }
    for (unsigned l = 0; l < atomics_; ++l) o.finals.push_back(value_of(last_writes[l]));
    return o;
  }

 private:
  bool ends_waiting(unsigned thread, const instruction& waiting, int value) const {
    if (waiting.op == operation::lock) return value == 0;
    if (waiting.op == operation::await) return satisfies(waiting.compare, value, waiting.bound);
    if (is_cas(waiting.op)) return value == evaluate(thread, waiting.expected);
    return apply(waiting.op, value, evaluate(thread, waiting.value).value_or(0)) != value;
  }

  unsigned location_of(const instruction& i) const {
    if (is_fence(i.op)) return none;
    if (is_mutex(i.op)) return atomics_ + i.location;
    return is_plain(i.op) ? shared_ + i.location : i.location;
  }

  bool stops_early(unsigned thread) const { return lengths_[thread] != program_.threads[thread].size(); }

  void make_steps() {
    unsigned event = shared_;
    for (unsigned t = 0; t < program_.threads.size(); ++t) {
      for (unsigned i = 0; i < lengths_[t]; ++i) {
        for (unsigned turn = 0; turn <= extent_.failures[t][i]; ++turn) {
          make_step(t, i, turn, turn == extent_.failures[t][i], event);
        }
        last_step_[t][i] = static_cast<unsigned>(steps_.size() - 1);
      }
    }
    if (event > max_events) throw std::invalid_argument("the program has too many events for the enumerator");
  }

  void make_step(unsigned thread, unsigned index, unsigned turn, bool is_last, unsigned& event) {
    step s;
    s.code = &program_.threads[thread][index];
    s.thread = thread;
    s.index = index;
    s.turn = turn;
    s.location = location_of(*s.code);
    if (s.reads() && !s.is_open()) {
      const bool updates = is_cas(s.code->op) ? is_last : s.always_writes();
      s.end = updates ? ending::updates : ending::reads;
    }
    if (s.reads() || !s.could_write()) s.read = event++;
    if (s.could_write()) s.write = event++;
    steps_.push_back(s);
  }

  // What does not depend on any guess.
  void make_fixed_graph(bool light_is_heavy) {
    std::array<event_set, max_atomics + max_mutexes + max_plains> at{};
    for (unsigned l = 0; l < shared_; ++l) {
      fixed_.writes |= single(l);
      at[l] |= single(l);
    }
    for (const auto& s : steps_) {
      if (s.location == none) {
        add_fence(s, light_is_heavy);
        continue;
      }
      if (s.read != none) at[s.location] |= single(s.read);
      if (s.write != none) at[s.location] |= single(s.write);
    }
    for (const auto set : at) fixed_.same_location = fixed_.same_location | cross(set, set);
  }

  void add_fence(const step& s, bool light_is_heavy) {
    const auto self = single(s.read);
    const bool plain = s.code->op == operation::fence;
    const bool light = s.code->op == operation::light_fence && !light_is_heavy;
    fixed_.fences |= self;
    if (!plain || is_acquire(s.code->order)) fixed_.acquire |= self;
    if (!plain || is_release(s.code->order)) fixed_.release |= self;
    if (light) fixed_.light |= self;
    if (!plain && !light) fixed_.heavy |= self;
    if (plain ? s.code->order == std::memory_order_seq_cst : !light) fixed_.seq_cst |= self;
  }

  static void add_access(graph& g, const step& s) {
    const bool sc = s.order() == std::memory_order_seq_cst;
    if (s.reads()) {
      g.reads |= single(s.read);
      if (is_acquire(s.order())) g.acquire |= single(s.read);
      if (sc) g.seq_cst |= single(s.read);
    }
    if (s.writes()) {
      g.writes |= single(s.write);
      if (is_release(s.order())) g.release |= single(s.write);
      if (sc) g.seq_cst |= single(s.write);
      if (s.reads()) g.rmw.add(s.read, s.write);
    }
  }

  void add_program_order(graph& g) const {
    std::array<event_set, max_threads> before{};
    before.fill(single(shared_) - 1);  // the initial writes
    const auto append = [&](unsigned thread, unsigned event) {
      for_each(before[thread], [&](unsigned earlier) { g.po.add(earlier, event); });
      before[thread] |= single(event);
    };
    for (const auto& s : steps_) {
      if (s.read != none) append(s.thread, s.read);
      if (s.writes()) append(s.thread, s.write);
    }
  }

  std::optional<int> evaluate(unsigned thread, const operand& o) const {
    if (o.is_constant()) return o.constant;
    const auto& base = steps_[last_step_[thread][static_cast<unsigned>(o.base)]].value_read;
    if (!base) return std::nullopt;
    return *base + o.constant;
  }

  // In its turn, of as many turns; s is a compare-and-swap.
  std::optional<int> expected_in(const step& s, unsigned turn) const {
    if (turn == 0) return evaluate(s.thread, s.code->expected);
    return (&s - (s.turn - turn) - 1)->value_read;
  }

  std::optional<int> find_value_read(const step& s) const {
    if (s.from_initial) return 0;
    return s.source == none ? std::nullopt : steps_[s.source].value_written;
  }

  std::optional<int> find_value_written(const step& s) const {
    if (is_mutex(s.code->op)) return s.code->op == operation::lock ? 1 : 0;
    if (!takes_operand(s.code->op)) return std::nullopt;
    const auto argument = evaluate(s.thread, s.code->value);
    if (s.code->repeat == repetition::retry) {
      if (!s.value_read || !argument) return std::nullopt;
      return *s.value_read + *argument;
    }
    if (!is_rmw(s.code->op) || s.code->op == operation::exchange || !argument) return argument;
    if (!s.value_read) return std::nullopt;
    return apply(s.code->op, *s.value_read, *argument);
  }

  // Whether what is known about the values does not contradict the guesses.
  bool possible(const step& s) const {
    if (!s.value_read) return true;
    if (s.code->op == operation::await) return satisfies(s.code->compare, *s.value_read, s.code->bound);
    if (s.code->op == operation::lock) return *s.value_read == 0;
    if (is_rmw(s.code->op) && s.code->repeat == repetition::loop) return s.value_written != s.value_read;
    if (!is_cas(s.code->op) || s.end == ending::undecided) return true;
    const auto expected = expected_in(s, s.turn);
    if (!expected) return true;
    if ((*s.value_read == *expected) != (s.end != ending::reads)) return false;
    return s.end != ending::reads || is_new(s);
  }

  // A turn that reads what an earlier one expected leads back to that one.
  bool is_new(const step& s) const {
    for (unsigned turn = 0; turn < s.turn; ++turn) {
      if (expected_in(s, turn) == s.value_read) return false;
    }
    return true;
  }

  const step* step_writing(unsigned event) const {
    const auto found =
        std::find_if(steps_.begin(), steps_.end(), [&](const step& s) { return s.write == event; });
    return found == steps_.end() ? nullptr : &*found;
  }

  int value_of(unsigned event) const {
    const auto* s = step_writing(event);
    return s == nullptr ? 0 : s->value_written.value_or(0);
  }

  const program& program_;
  const extent& extent_;
  const std::vector<unsigned>& lengths_;
  unsigned atomics_ = 0;
  unsigned shared_ = 0;
  std::vector<step> steps_;
  std::array<std::array<unsigned, max_instructions>, max_threads> last_step_{};
  graph fixed_;
};

// Makes all guesses about a candidate and keeps what the axioms accept.
class search {
 public:
  search(candidate& c, const axioms& model, const limits& limit, enumeration& result)
      : candidate_(c), steps_(c.steps()), model_(model), limit_(limit), result_(result) {
    prune_ = limit.prune && model.coherence && model.atomicity && model.no_thin_air;
    for (unsigned s = 0; s < steps_.size(); ++s) {
      if (steps_[s].reads()) readers_.push_back(s);
    }
    orders_.resize(c.shared_locations());
  }

  void run() { guess_reader(0); }

 private:
  void guess_reader(std::size_t position) {
    if (position == readers_.size()) {
      guessed_all_readers();
      return;
    }
    auto& s = steps_[readers_[position]];
    if (!s.is_open()) {
      guess_source(s, position);
      return;
    }
    for (const auto end : {ending::reads, ending::updates, ending::fails_spuriously}) {
      if (end != ending::updates && s.readers > 0) continue;
      if (end == ending::fails_spuriously && s.code->op != operation::cas_weak) continue;
      s.end = end;
      guess_source(s, position);
    }
    s.end = ending::undecided;
  }

  void guess_source(step& s, std::size_t position) {
    s.from_initial = true;
    go_on(position);
    s.from_initial = false;
    for (unsigned other = 0; other < steps_.size(); ++other) {
      auto& source = steps_[other];
      if (source.location != s.location || !source.could_write() || source.must_not_write() || &source == &s)
        continue;
      const bool commits = source.is_open();
      s.source = other;
      if (commits) ++source.readers;
      go_on(position);
      if (commits) --source.readers;
      s.source = none;
    }
  }

  void go_on(std::size_t position) {
    if (result_.guesses++ >= limit_.guesses) stop_ = result_.truncated = true;
    if (stop_ || (prune_ && refused_already())) return;
    guess_reader(position + 1);
  }

  // More guesses add events, edges and values but take none away, so what is refused now stays refused.
  bool refused_already() {
    if (!candidate_.find_values()) return true;
    const auto g = candidate_.current_graph();
    if (!thin_air_free(g)) return true;
    const auto updates_of_same_write = inverse(g.rmw) * inverse(g.rf) * g.rf * g.rmw - only(g.writes);
    if (!updates_of_same_write.empty()) return true;
    return !acyclic(coherence_demands(g, happens_before(g, model_)));
  }

  void guessed_all_readers() {
    auto g = candidate_.current_graph();
    const auto hb = happens_before(g, model_);
    candidate_.find_plain_sources(hb);
    if (candidate_.find_values() && candidate_.all_values_known()) {
      races_ = candidate_.races(hb);
      demands_ = prune_ ? coherence_demands(g, hb) : relation{};
      updates_ = g.rf * g.rmw;
      guess_modification_order(g, 0);
    }
    candidate_.forget_plain_sources();
  }

  void guess_modification_order(graph& g, unsigned location) {
    if (location == orders_.size()) {
      if (consistent(g, model_)) found();
      return;
    }
    orders_[location] = {location};
    guess_next_write(g, location, g.writes & g.same_location.after(location) & ~single(location));
  }

  void guess_next_write(graph& g, unsigned location, event_set rest) {
    if (rest == 0) {
      guess_modification_order(g, location + 1);
      return;
    }
    auto& order = orders_[location];
    const auto mo = g.mo;
    for_each(rest, [&](unsigned next) {
      if (stop_ || (prune_ && !may_come_next(order.back(), next, rest))) return;
      for (const auto earlier : order) g.mo.add(earlier, next);
      order.push_back(next);
      guess_next_write(g, location, rest & ~single(next));
      order.pop_back();
      g.mo = mo;
    });
  }

  // An update follows what it read at once; nothing comes before what coherence wants first.
  bool may_come_next(unsigned last, unsigned next, event_set rest) const {
    const auto updates_of_last = updates_.after(last) & rest;
    if (updates_of_last != 0 && updates_of_last != single(next)) return false;
    bool wanted_first = false;
    for_each(rest,
             [&](unsigned other) { wanted_first |= updates_.has(other, next) || demands_.has(other, next); });
    return !wanted_first;
  }

  void found() {
    std::vector<unsigned> last_writes;
    for (const auto& order : orders_) last_writes.push_back(order.back());
    const bool complete = candidate_.is_complete();
    if (!complete && !candidate_.is_stuck(last_writes)) return;
    result_.has_race |= races_;
    auto& list = complete ? result_.executions : result_.blocked;
    if (list.size() == limit_.executions) {
      result_.truncated = true;
    } else {
      list.push_back(text());
      if (complete) result_.outcomes.push_back(candidate_.make_outcome(last_writes));
    }
    stop_ = result_.truncated || (result_.has_race && limit_.stop_at_race);
  }

  std::string text() const {
    auto text = candidate_.sources_text();
    const auto append = [&](const std::string& more) {
      if (!text.empty() && !more.empty()) text += ' ';
      text += more;
    };
    for (unsigned l = 0; l < candidate_.atomics(); ++l) {
      std::string writers;
      for (const auto event : orders_[l])
        writers += (writers.empty() ? "" : ",") + candidate_.writer_text(event);
      append(std::string("mo(") + atomic_name(l) + ")=" + writers);
    }
    append(candidate_.stuck_text());
    return text;
  }

  candidate& candidate_;
  std::vector<step>& steps_;
  const axioms& model_;
  const limits& limit_;
  enumeration& result_;
  bool prune_ = false;
  bool stop_ = false;
  std::vector<unsigned> readers_;              // steps that read shared locations
  std::vector<std::vector<unsigned>> orders_;  // each shared location's modification order so far
  bool races_ = false;
  relation demands_;
  relation updates_;  // from a write to the write of the update that read it
};

// Every number of failures of the thread's instructions from this one on.
template <class Visit>
void for_each_failure(const program& p, extent& to, unsigned index, const Visit& visit) {
  const auto t = to.failures.size() - 1;
  const auto& thread = p.threads[t];
  if (index == to.lengths.back()) {
    visit();
    return;
  }
  const unsigned most = thread[index].repeat == repetition::retry ? most_failures(p, thread[index]) : 0;
  for (unsigned count = 0; count <= most; ++count) {
    to.failures[t].push_back(count);
    for_each_failure(p, to, index + 1, visit);
    to.failures[t].pop_back();
  }
}

// Every way to stop each thread at its end or in front of something that waits.
template <class Visit>
void for_each_extent(const program& p, extent& to, const Visit& visit) {
  const auto t = to.lengths.size();
  if (t == p.threads.size()) {
    visit();
    return;
  }
  for (unsigned length = 0; length <= p.threads[t].size(); ++length) {
    if (length < p.threads[t].size() && !may_wait(p.threads[t][length])) continue;
    to.lengths.push_back(length);
    to.failures.emplace_back();
    for_each_failure(p, to, 0, [&] { for_each_extent(p, to, visit); });
    to.failures.pop_back();
    to.lengths.pop_back();
  }
}

}  // namespace

bool enumeration::allows(const condition& c) const {
  if (c.what == condition::kind::race) return has_race;
  if (c.what == condition::kind::deadlock) return has_deadlock();
  return std::any_of(outcomes.begin(), outcomes.end(), [&](const outcome& o) { return c.holds(o); });
}

enumeration enumerate(const program& p, const axioms& model, const limits& limit) {
  const auto why = defect(p);
  if (!why.empty()) throw std::invalid_argument(why);
  if (condition_count(p) > 0) throw std::invalid_argument("condition variables are for the interleaver");
  enumeration result;
  extent to;
  for_each_extent(p, to, [&] {
    if (result.truncated || (result.has_race && limit.stop_at_race)) return;
    candidate c(p, to, model.light_is_heavy);
    search(c, model, limit, result).run();
  });
  std::sort(result.executions.begin(), result.executions.end());
  std::sort(result.blocked.begin(), result.blocked.end());
  std::sort(result.outcomes.begin(), result.outcomes.end());
  result.outcomes.erase(std::unique(result.outcomes.begin(), result.outcomes.end()), result.outcomes.end());
  return result;
}

}  // namespace stillpoint::verify::oracle
