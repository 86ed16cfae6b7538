// SPDX-License-Identifier: BSL-1.0
//
// Planting: run the shipped text with one operation made wrong, to show that a check can fail.
//
// Every operation of a checker's policy asks `planting::at(site)` how it is to be carried out. Ordinarily as
// written. A planted defect changes it at one site: a weaker order, the operation left out, a
// read-modify-write torn in two, another result, an await that does not wait. The library has no second copy
// and no marks; a site is what the compiler's std::source_location says.
#pragma once

#include <algorithm>
#include <atomic>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace stillpoint::verify {

enum class operation : std::uint8_t {
  load,
  store,
  exchange,
  compare_exchange_weak,
  compare_exchange_strong,
  fetch_add,
  fetch_sub,
  fetch_and,
  fetch_or,
  fetch_xor,
  fetch_max,
  fetch_min,
  await,
  fence,
  light_fence,
  heavy_fence,
  plain_read,
  plain_write,
  create,
  destroy,
  lock,
  try_lock,
  unlock,
  stripe,
  choose,
  wait,
  notify_one,
  notify_all,
  park,
  // Of the system: an rwlock, a semaphore, and whether the time of a wait is over.
  lock_exclusive,
  lock_shared,
  acquire,
  time_out,
};

// Of an rwlock's words, which only say who is in.
constexpr bool is_rwlock_operation(operation op) {
  return op == operation::lock_shared || op == operation::lock_exclusive || op == operation::unlock;
}

constexpr std::string_view name_of(operation op) {
  constexpr std::string_view names[] = {"load",
                                        "store",
                                        "exchange",
                                        "compare_exchange_weak",
                                        "compare_exchange_strong",
                                        "fetch_add",
                                        "fetch_sub",
                                        "fetch_and",
                                        "fetch_or",
                                        "fetch_xor",
                                        "fetch_max",
                                        "fetch_min",
                                        "await",
                                        "fence",
                                        "light_fence",
                                        "heavy_fence",
                                        "plain_read",
                                        "plain_write",
                                        "create",
                                        "destroy",
                                        "lock",
                                        "try_lock",
                                        "unlock",
                                        "stripe",
                                        "choose",
                                        "wait",
                                        "notify_one",
                                        "notify_all",
                                        "park",
                                        "lock_exclusive",
                                        "lock_shared",
                                        "acquire",
                                        "time_out"};
  return names[static_cast<std::size_t>(op)];
}

// The failure order of a compare-exchange that is given one order ([atomics.types.operations]).
constexpr std::memory_order failure_part(std::memory_order order) {
  if (order == std::memory_order_acq_rel) return std::memory_order_acquire;
  if (order == std::memory_order_release) return std::memory_order_relaxed;
  return order;
}

constexpr std::string_view name_of(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return "relaxed";
    case std::memory_order_consume:
      return "consume";
    case std::memory_order_acquire:
      return "acquire";
    case std::memory_order_release:
      return "release";
    case std::memory_order_acq_rel:
      return "acq_rel";
    case std::memory_order_seq_cst:
      return "seq_cst";
  }
  return "?";
}

// One operation in the program's text.
struct site {
  std::string_view file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  operation op = operation::load;
  // The function around it, as the compiler spells it; not part of the identity.
  std::string_view function;
  // As written there; failure_order only for a compare_exchange.
  std::memory_order order = std::memory_order_relaxed;
  std::memory_order failure_order = std::memory_order_relaxed;
  // The result is a number, for which another may stand; another pointer would lead nowhere.
  bool gives_number = false;

  friend bool operator==(const site& a, const site& b) {
    return a.line == b.line && a.column == b.column && a.op == b.op && a.file == b.file;
  }
};

// How an operation is carried out.
struct execution_mode {
  std::memory_order order = std::memory_order_relaxed;
  std::memory_order failure_order = std::memory_order_relaxed;
  // Left out. A read-modify-write then only reads, and a load gives zero; not for other operations with a
  // result.
  bool dropped = false;
  // A read-modify-write that takes place twice, and returns the first result.
  bool doubled = false;
  // A read-modify-write as a load (with the order's acquire part) and then a store (with its release part).
  bool torn = false;
  // An await that returns the first value it reads.
  bool impatient = false;
  // Exclusive-ored to the value that the operation returns; of a compare_exchange, bit 0 to its success.
  std::uint64_t result_mask = 0;
};

// One operation made wrong.
struct defect {
  site where;
  std::optional<std::memory_order> order;
  std::optional<std::memory_order> failure_order;
  bool dropped = false;
  bool doubled = false;
  bool torn = false;
  bool impatient = false;
  std::uint64_t result_mask = 0;
};

namespace planting {

// Engines run one program at a time. Not thread_local: in the explorer the client's threads have copies of
// what is.
inline constinit const defect* planted = nullptr;
inline constinit std::vector<site>* survey = nullptr;

[[gnu::noinline]] inline execution_mode altered(const std::source_location& at, operation op,
                                                std::memory_order order, std::memory_order failure_order,
                                                bool gives_number) {
  const site here = {at.file_name(),     at.line(), at.column(),   op,
                     at.function_name(), order,     failure_order, gives_number};
  if (survey != nullptr && std::find(survey->begin(), survey->end(), here) == survey->end()) {
    survey->push_back(here);
  }
  execution_mode mode{order, failure_order};
  if (planted == nullptr || !(planted->where == here)) return mode;
  mode.order = planted->order.value_or(order);
  mode.failure_order = planted->failure_order.value_or(failure_order);
  mode.dropped = planted->dropped;
  mode.doubled = planted->doubled;
  mode.torn = planted->torn;
  mode.impatient = planted->impatient;
  mode.result_mask = planted->result_mask;
  return mode;
}

// What a policy asks at each operation.
inline execution_mode at(const std::source_location& place, operation op,
                         std::memory_order order = std::memory_order_relaxed,
                         std::memory_order failure_order = std::memory_order_relaxed,
                         bool gives_number = false) {
  if (planted == nullptr && survey == nullptr) [[likely]]
    return {order, failure_order};
  return altered(place, op, order, failure_order, gives_number);
}

// Plants `wrong` for this object's lifetime.
class scope {
 public:
  explicit scope(const defect& wrong) : previous_(planted) { planted = &wrong; }
  scope(const scope&) = delete;
  scope& operator=(const scope&) = delete;
  ~scope() { planted = previous_; }

 private:
  const defect* previous_;
};

// Collects each site that is executed during this object's lifetime, in order of first execution.
class survey_scope {
 public:
  explicit survey_scope(std::vector<site>& sites) : previous_(survey) { survey = &sites; }
  survey_scope(const survey_scope&) = delete;
  survey_scope& operator=(const survey_scope&) = delete;
  ~survey_scope() { survey = previous_; }

 private:
  std::vector<site>* previous_;
};

// The sites of one operation in functions whose name contains `function`.
inline std::vector<site> select(const std::vector<site>& sites, std::string_view function, operation op) {
  std::vector<site> found;
  for (const site& s : sites) {
    if (s.op == op && s.function.find(function) != std::string_view::npos) found.push_back(s);
  }
  return found;
}

}  // namespace planting

}  // namespace stillpoint::verify
