// SPDX-License-Identifier: BSL-1.0
#include "verify/relacy/session.hpp"

#include <algorithm>
#include <cstdlib>

#include "verify/allocation.hpp"

namespace stillpoint::verify::relacy {

namespace {

// Relacy defines the global allocation functions inline. Unless each of them also exists out of line, the C++
// runtime library pairs Relacy's `new` with its own `delete`.
[[gnu::used]] void* (*const out_of_line_new[])(std::size_t) = {&::operator new, &::operator new[] };
[[gnu::used]] void (*const out_of_line_delete[])(void*) = {&::operator delete, &::operator delete[] };

// As Relacy's, for programs in which the explorer's functions stand.
void* allocate(std::size_t size) {
  return rl::is_ctx() ? rl::ctx().alloc(size) : (std::malloc)(size);
}
void deallocate(void* memory) {
  if (rl::is_ctx()) {
    rl::ctx().free(memory);
  } else {
    (std::free)(memory);
  }
}
[[gnu::used]] const bool registered = [] {
  outside_of_explorer = {&allocate, &deallocate};
  return true;
}();

// Raises `clock`, the first entries of which are the execution's threads, to at least `other`.
template <class Clock, class Other>
void join(Clock&& clock, const Other& other) {
  const auto threads = static_cast<std::size_t>(rl::ctx().get_thread_count());
  for (std::size_t i = 0; i < threads; ++i) clock[i] = std::max(clock[i], other[i]);
}

}  // namespace

void run_seq_cst_fence(rl::debug_info_param where) {
  rl::atomic_thread_fence(rl::mo_seq_cst, where);
  rl::thread_info_base& self = *rl::ctx().threadx_;
  join(self.acq_rel_order_, current_session.seq_cst_stores);
  rl::timestamp_t* const released = current_session.fences.released(self);
  join(released, current_session.seq_cst_stores);
}

void note_seq_cst_store() {
  const rl::thread_info_base& self = *rl::ctx().threadx_;
  current_session.seq_cst_stores[static_cast<std::size_t>(self.index_)] = self.own_acq_rel_order_;
}

seq_cst_load::seq_cst_load() {
  // The load itself is no longer a scheduling point: no fence may come between.
  rl::ctx().sched();
  rl::ctx().disable_preemption();
  join(rl::ctx().threadx_->acq_rel_order_, rl::ctx().seq_cst_fence_order_);
}

void run_light_fence() {
  session& s = current_session;
  rl::ctx().sched();
  rl::thread_info_base& self = *rl::ctx().threadx_;
  rl::timestamp_t* const seen = self.acq_rel_order_;
  rl::timestamp_t* const released = s.fences.released(self);
  join(s.light_fences, seen);
  join(s.light_fences, s.fences.acquired(self));
  join(seen, s.heavy_fences);
  join(released, s.heavy_fences);
}

void run_heavy_fence(rl::debug_info_param where) {
  session& s = current_session;
  run_seq_cst_fence(where);
  rl::thread_info_base& self = *rl::ctx().threadx_;
  rl::timestamp_t* const seen = self.acq_rel_order_;
  rl::timestamp_t* const released = s.fences.released(self);
  join(seen, s.light_fences);
  join(seen, s.heavy_fences);
  join(s.heavy_fences, seen);
  join(released, seen);
}

void poison(void* memory, std::size_t size) {
  std::memset(memory, 0xDB, size);
  // The compiler must not drop this because a constructor follows, or the end of a lifetime preceded.
  asm volatile("" : : "r"(memory) : "memory");
}

void refuse_second_destroy(const void* memory, rl::debug_info_param where) {
  const auto& kept = current_session.quarantine;
  if (std::find(kept.begin(), kept.end(), memory) != kept.end()) {
    fail("", rl::test_result_double_free, where);
  }
}

void release(void* memory, std::size_t size, rl::debug_info_param where) {
  poison(memory, size);
  if (rl::ctx().rand(2, rl::sched_type_mem_realloc) == 0) {
    rl::ctx().free(memory, false, where);
  } else {
    const untracked engine;
    current_session.quarantine.push_back(memory);
  }
}

void release_quarantine() {
  for (void* memory : current_session.quarantine) rl::ctx().free(memory, false, {});
  current_session.quarantine.clear();
}

}  // namespace stillpoint::verify::relacy
