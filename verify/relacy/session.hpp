// SPDX-License-Identifier: BSL-1.0
//
// What relacy_policy, the scheduler and the engine share: the state of the execution that Relacy is running.
// One per process, as Relacy itself keeps one simulation per process.
#pragma once

#include <cxxabi.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "verify/relacy/relacy.hpp"
#include "verify/relacy/trace.hpp"

namespace stillpoint::verify::relacy {

// For this object's lifetime `new` and `delete` do not belong to the execution under test. All that the
// engine itself allocates while a simulation exists must be allocated and freed under one.
class untracked {
 public:
  untracked() { change(1); }
  untracked(const untracked&) = delete;
  untracked& operator=(const untracked&) = delete;
  ~untracked() { change(-1); }

 private:
  // Relacy's own code uses this counter; it is protected, and there is no other way in.
  struct opened : rl::context {
    static int rl::context::*depth() { return &opened::disable_alloc_; }
  };

  static void change(int by) {
    if (rl::is_ctx()) rl::ctx().*opened::depth() += by;
  }
};

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): every seed gives a sequence of its own, at one addition and
// three multiplications per draw.
class random_bits {
 public:
  void seed(std::uint64_t run, std::uint64_t execution) {
    state_ = run;
    state_ = next() ^ (execution * 0x9E3779B97F4A7C15u);
  }

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  // In [0, limit), limit > 0.
  unsigned below(unsigned limit) { return static_cast<unsigned>(((next() >> 32) * limit) >> 32); }

 private:
  std::uint64_t state_ = 0;
};

// The C++ runtime keeps one stack of exceptions being handled per real thread. The threads of an execution
// all run in one real thread, so each has to take its own along.
class exception_state {
 public:
  void save() { std::memcpy(&state_, abi::__cxa_get_globals(), sizeof state_); }
  void restore() const { std::memcpy(abi::__cxa_get_globals(), &state_, sizeof state_); }

 private:
  // The layout of __cxa_eh_globals in the Itanium C++ ABI, section 2.2.2.
  struct globals {
    void* caught;
    unsigned uncaught;
  };
  globals state_{};
};

// Which of the clocks that Relacy keeps for a thread its fences use; it depends on the number of threads.
struct fence_clocks {
  rl::timestamp_t* (*acquired)(rl::thread_info_base&) = nullptr;
  rl::timestamp_t* (*released)(rl::thread_info_base&) = nullptr;
};

struct session {
  // For the whole run.
  fence_clocks fences;
  // Null but for the replay of a failing execution.
  tracer* trace = nullptr;
  // Called between executions; says whether there is to be another one, and then sets `random`.
  bool (*next_execution)(void* owner) = nullptr;
  void* owner = nullptr;

  // For the execution at hand.
  random_bits random;
  // Threads run on for a while instead of being switched at every step with equal chances.
  bool in_bursts = false;
  section when = section::before;
  std::uint64_t steps = 0;
  unsigned running = 0;
  // What is known of the failure beyond Relacy's own kind of error.
  std::string failure;
  std::array<exception_state, max_threads> exceptions;
  vector_clock light_fences{};
  vector_clock heavy_fences{};
  vector_clock seq_cst_stores{};
  std::vector<void*> quarantine;

  void begin_execution() {
    when = section::before;
    steps = 0;
    exceptions.fill({});
    light_fences.fill(0);
    heavy_fences.fill(0);
    seq_cst_stores.fill(0);
  }
};

inline session current_session;

// Stops the execution, which has failed.
[[noreturn]] inline void fail(std::string_view text, rl::test_result_e kind, rl::debug_info_param where) {
  {
    const untracked engine;
    current_session.failure = text;
  }
  rl::ctx().fail_test("", kind, where);
  // Relacy does not come back to a thread whose execution has failed.
  std::abort();
}

// A seq_cst fence: Relacy's, and ordered against seq_cst accesses, which Relacy forgets.
void run_seq_cst_fence(rl::debug_info_param where);
// The fences of the asymmetric pair; see relacy_policy.hpp for what they mean.
void run_light_fence();
void run_heavy_fence(rl::debug_info_param where);

// To be called after each seq_cst store and read-modify-write: later fences find it done.
void note_seq_cst_store();

// Lives around a seq_cst load: the load comes after all seq_cst fences that were run before.
class seq_cst_load {
 public:
  seq_cst_load();
  seq_cst_load(const seq_cst_load&) = delete;
  seq_cst_load& operator=(const seq_cst_load&) = delete;
  ~seq_cst_load() { rl::ctx().enable_preemption(); }
};

// Fills memory with what is neither an object of Relacy's nor a value that anybody meant.
void poison(void* memory, std::size_t size);
// Fails the execution if `memory` has been destroyed before.
void refuse_second_destroy(const void* memory, rl::debug_info_param where);
// Gives up memory whose object was destroyed: either at once, or when the execution ends.
void release(void* memory, std::size_t size, rl::debug_info_param where);
// Gives up what was kept until now.
void release_quarantine();

}  // namespace stillpoint::verify::relacy
