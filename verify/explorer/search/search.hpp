// SPDX-License-Identifier: BSL-1.0
//
// The search over execution graphs: which source each read takes, where each write goes in modification
// order, which earlier reads a new write reaches back to. Every consistent execution is built exactly once.
//
// After TruSt (Kokologiannakis, Marmanis, Gladstein, Vafeiadis: Truly Stateless, Optimal Dynamic Partial
// Order Reduction, POPL 2022). What differs here:
//   - An await reads only what satisfies it. It is not in the graph before such a write is, so there are no
//     executions that are blocked only because an await looked too early. Where TruSt asks for the latest
//     write in modification order, the latest satisfying one stands. Whether a later write would satisfy it
//     may be known only when the await has been executed with it: see answers.hpp.
//     That loses nothing as long as no event is refused for what an await has read that might as well have
//     waited. Once one is, the search has to begin anew and keep failed looks: see keep_failed_looks.
//   - Plain accesses take no choices: unless there is a race, which ends the search, a plain read has one
//     possible source.
//   - A mutex's critical sections are ordered directly: a lock may take the place of one taken earlier, whose
//     thread then waits for it.
//
// The search keeps one graph for each nested reaching-back, and the alternatives still to be tried: memory is
// bounded by the square of an execution's length and does not grow with the number of executions.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "verify/explorer/model/graph.hpp"
#include "verify/explorer/model/seq_cst.hpp"
#include "verify/explorer/search/answers.hpp"
#include "verify/explorer/search/guide.hpp"

namespace stillpoint::verify::explorer {

class search {
 public:
  search() { restart(); }

  // Back to the empty graph, all alternatives forgotten.
  void restart();

  const graph& current() const { return levels_[depth_ - 1]->g; }
  // What the graphs take, at the most.
  std::size_t bytes() const { return levels_.size() * current().trail().size() * sizeof(event); }

  // Each adds the next event of a thread by its first choice, and notes the others.
  event_ref add(std::size_t thread, const event& proto) { return g().append(thread, proto); }
  event_ref add_location(std::size_t thread, const event& proto, location_kind kind);
  event_ref add_write(std::size_t thread, const event& proto);
  event_ref add_choose(std::size_t thread, const event& proto);
  // Memory for an object: fresh, or what a destroyed one of the same size and alignment gave back.
  event_ref add_object(std::size_t thread, const event& proto);
  event_ref add_destroy(std::size_t thread, const event& proto);
  // Loads, awaits, and read-modify-writes, whose second half is added along. An await must be readable.
  event_ref add_read(std::size_t thread, const event& proto);
  // The lock's read half, or a lock_wait if the mutex is taken.
  event_ref add_lock(std::size_t thread, const event& proto);
  event_ref add_unlock(std::size_t thread, const event& proto);

  // Whether this read has a source: always, but for a wait, which must have judged what it may read: see
  // unjudged.
  bool readable(std::size_t thread, const event& proto);
  // A value that the wait may read and has not judged yet.
  std::optional<std::uint64_t> unjudged(std::size_t thread, const event& proto) const;
  // What the wait has said of the value, which it has judged.
  bool accepts(const event& wait, std::uint64_t value) const { return answer_of(wait, value) == answer::yes; }
  // What waits have said of values; kept over restart().
  answers& judged() { return answers_; }
  // Whether the mutex is free.
  bool lockable(location_id mutex) const;
  // Whether it is, or is held by another section than the one that the thread already waits for.
  bool worth_locking(std::size_t thread, location_id mutex) const;

  // Whether an event, and the second half of a read-modify-write with it, fits the order of seq_cst
  // operations, if what was added before does. By a first choice it always does.
  bool consistent(event_ref newest);

  // From now on a wait is a read like any other, and its thread stops at it if it does not accept the value.
  // Without it, a wait that has found an early value stands in the graph where it might still be waiting.
  // Only the order of seq_cst operations can then refuse an event of another thread that the wait need not
  // come before; lacks_failed_looks() says that it has.
  void keep_failed_looks() { keeps_failed_looks_ = true; }
  bool keeps_failed_looks() const { return keeps_failed_looks_; }
  void note_loop(std::size_t thread);
  bool lacks_failed_looks() const { return lacks_failed_looks_ && !keeps_failed_looks_; }

  // Takes up the next alternative. The graph is then the beginning of another execution; or, if it depends on
  // what a wait says of a value that it was not offered yet, an execution in which it is offered that value,
  // and after which end_question() is due and the search goes on.
  enum class next : std::uint8_t { none, execution, question };
  next backtrack();

  // A wait of a complete execution, and a write to its place that it has not judged: begins that question.
  bool begin_open_question();
  // The read by which the current graph asks a wait what it says of a value; unset if it is no question.
  event_ref asked() const { return asked_; }
  void end_question();

  // How often, at most, memory that an object gave back is reused in an execution. Executions in which it is
  // reused more often are left out.
  void set_reuses(std::size_t most) { most_reuses_ = most; }
  // Whether there are such.
  bool more_reuses() const { return more_reuses_; }

  // Dividing the work: the subtrees that lie `split_depth` alternatives below the first execution are dealt
  // out. What lies above is searched by all and counted by the one with index 0.
  void set_shard(unsigned index, unsigned count) { shard_index_ = index, shard_count_ = count; }
  bool counts_here() const { return shard_count_ == 1 || path_ >= split_depth || shard_index_ == 0; }

  // Keeps to one execution: no choices are made and no alternatives noted. `way` must outlive the search.
  void keep_to(const guide& way) { guide_ = &way; }
  bool is_guided() const { return guide_ != nullptr && !past_guide_; }
  // From its end on: the first choice each time, and no alternatives.
  void leave_guide() {
    followed_guide_ = followed_guide();
    past_guide_ = true;
  }
  // Whether the execution is, up to there, the one that the guide names.
  bool followed_guide() const { return past_guide_ ? followed_guide_ : guide_->names(current()); }
  // Which thread the guide has `parent` start after `before` others; unset where it does not say so.
  std::optional<std::size_t> thread_on_way(std::size_t parent, std::size_t before) const {
    return is_guided() ? guide_->of(parent).started(before) : std::nullopt;
  }
  // Whether the guide has this event next in its thread, and what it reads from is there.
  bool is_next_on_way(std::size_t thread, const event& proto) const;

  // For estimates. An alternative with the graph that it is one to: from there the search could go on.
  class branch;
  // What the alternatives noted since the search began with start() or restart() are like. Calls
  // visit(index, ways, likeness) for each: `ways` is how many choices it stands for, and subtrees of one
  // likeness tend to be of one size. Of what is noted after an alternative is taken, each has a longer path.
  struct likeness {
    // How many alternatives were taken, this one included.
    std::uint32_t path = 0;
    // How many events are kept: the fewer, the more are to be tried again.
    std::uint32_t kept = 0;
    // In which thread it is, and of which kind.
    std::uint32_t sort = 0;
    friend auto operator<=>(const likeness&, const likeness&) = default;
  };
  template <class Visitor>
  void for_each_alternative(const Visitor& visit) const;
  // The alternative with that index, and its choice of that number.
  branch branch_at(std::size_t index, std::uint64_t way) const;
  // Like backtrack(), with `from` as the one alternative. After a question, start() is due again. Where it is
  // no beginning of an execution, there may be alternatives behind it.
  next start(const branch& from);

 private:
  static constexpr unsigned split_depth = 4;

  struct alternative {
    enum class kind : std::uint8_t { source, place, revisit, overtake, value, reuse, later_reuse };
    kind what = kind::source;
    bool spurious = false;
    // revisit: whether it is one depends on what a wait says of a value that it has not judged.
    bool unsure = false;
    // A write's place, or the next value to choose: one alternative stands for that and all that follow.
    std::uint64_t position = 0;
    // How many alternatives to first choices lie on the way to it, itself included.
    std::uint32_t path = 0;
    event_ref target{};
  };
  // Alternatives, from index `first` on, to what was done for the event with this stamp.
  struct frame {
    std::uint32_t stamp;
    std::size_t first;
  };
  struct level {
    graph g;
    std::vector<frame> frames;
    std::vector<alternative> alternatives;
  };

  graph& g() { return levels_[depth_ - 1]->g; }
  level& top() { return *levels_[depth_ - 1]; }
  level& spare();
  void note(event_ref ref, alternative a);
  void note_spurious(event_ref read, event_ref source);
  void note_revisits(event_ref write);
  void note_places(event_ref read, event_ref write, std::size_t first, std::size_t last);
  void note_overtakes(event_ref lock, std::size_t first);
  void note_reuses(event_ref create);
  void note_later_reuses(event_ref destroy);
  bool can_reuse(const event& wanted, event_ref destroy) const;
  const guide::reuse* reuse_on_way(std::size_t thread, std::size_t index) const;
  event_ref decided_destroy(const guide::reuse& decided) const;
  void add_second_half(event_ref read);
  const guide::decision& decided(event_ref ref) const;
  bool can_read(std::size_t thread, const event& proto, event_ref source, bool spuriously) const;
  event_ref decided_source(const guide::decision& d, location_id place) const;
  std::size_t decided_position(event_ref write) const;
  event_ref add_guided_read(std::size_t thread, const event& proto);
  void source_again(event_ref read, event_ref write, bool spurious);
  bool settle(event_ref read);
  bool admits(event_ref newest);
  bool admits(event_ref source, event_ref read);
  void note_refusal(event_ref newest);

  // A wait, and a write that it is to judge.
  struct doubt {
    event_ref wait;
    event_ref write;
  };
  answer answer_of(const event& wait, std::uint64_t value) const;
  answer may_accept(event_ref write, event_ref reader) const;
  answer may_reach_back(event_ref write, event_ref reader, doubt* about = nullptr) const;
  answer may_be_reused_before(event_ref destroy, event_ref create, doubt* about = nullptr) const;
  answer reconsider(const alternative& a, std::uint32_t stamp, doubt& about) const;
  event_ref taker_of(event_ref lock, event_ref source) const;
  void drop_last_alternative();
  void begin_question(const doubt& about);
  answer maximally_added(event_ref e, const clock& kept, event_ref newest, doubt* about) const;
  answer all_maximally_added(event_ref first, const clock& kept, event_ref newest,
                             doubt* about = nullptr) const;
  graph::thread_counts kept_counts(event_ref first, const clock& kept) const;
  clock overtaking_causes(event_ref lock, event_ref source) const;

  static std::uint64_t ways_of(const level& l, const alternative& a, std::uint32_t stamp);
  likeness likeness_of(const alternative& a, std::uint32_t stamp) const;
  bool apply(const alternative& a, std::uint32_t stamp);
  bool apply_source(const alternative& a, event_ref read);
  bool apply_place(const alternative& a, event_ref write);
  bool apply_revisit(const alternative& a, event_ref write);
  bool apply_overtake(const alternative& a, event_ref lock);
  bool apply_later_reuse(const alternative& a, event_ref destroy);
  void restrict_to(const graph::thread_counts& counts);

  std::vector<std::unique_ptr<level>> levels_;
  seq_cst_order seq_cst_;
  std::size_t depth_ = 0;
  const guide* guide_ = nullptr;
  bool past_guide_ = false;
  bool followed_guide_ = false;
  bool keeps_failed_looks_ = false;
  bool lacks_failed_looks_ = false;
  answers answers_;
  // Kept for its memory.
  std::vector<alternative> revisits_;
  event_ref asked_;
  std::uint32_t path_ = 0;
  std::uint64_t units_ = 0;
  unsigned shard_index_ = 0;
  unsigned shard_count_ = 1;
  std::size_t most_reuses_ = 0;
  bool more_reuses_ = false;
};

class search::branch {
 private:
  friend class search;
  graph g_;
  std::uint32_t stamp_ = 0;
  alternative what_;
};

template <class Visitor>
void search::for_each_alternative(const Visitor& visit) const {
  const level& l = *levels_[depth_ - 1];
  auto f = l.frames.begin();
  for (std::size_t i = 0; i < l.alternatives.size(); ++i) {
    while (f + 1 != l.frames.end() && (f + 1)->first <= i) ++f;
    visit(i, ways_of(l, l.alternatives[i], f->stamp), likeness_of(l.alternatives[i], f->stamp));
  }
}

}  // namespace stillpoint::verify::explorer
