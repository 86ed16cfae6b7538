// SPDX-License-Identifier: BSL-1.0
//
// linearizable: is there an order of a history's calls, extending the one in which they were made, that a
// model steps through with the recorded results?
//
// The order they were made in may be partial in any way: real time, or happens-before. A pending call may be
// put anywhere after its invocation, or be left out.
//
// Source: the depth-first search of Wing and Gong (1993), with Lowe's (2017) memory of the states found to
// lead nowhere. Costs: exponential in the number of calls at worst; a limit on steps bounds it, and a search
// that meets the limit says so. Nothing is taken from the heap.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stillpoint::verify {

// A model as the search wants it; see models/. step(op) does what op says, if an operation with that result
// is allowed in this state, and says whether it is.
template <class M, class Operation>
concept sequential_model = std::copyable<M> && std::equality_comparable<M> &&
    requires(M model, const Operation& operation) {
  { model.step(operation) } -> std::same_as<bool>;
};

enum class linearity : std::uint8_t { linearizable, not_linearizable, out_of_steps, overflowed };

constexpr std::string_view name_of(linearity outcome) {
  constexpr std::array<std::string_view, 4> names = {
      "linearizable", "not linearizable: the model allows no order of these calls",
      "undecided: the search's limit was reached", "undecided: the history's slots were used up"};
  return names[static_cast<std::size_t>(outcome)];
}

template <std::size_t Capacity>
struct linearization {
  linearity outcome = linearity::not_linearizable;
  // The order found; or, if there is none, the longest one that the model stepped through before it was
  // stuck.
  std::array<std::size_t, Capacity> order{};
  std::size_t length = 0;
  std::uint64_t steps = 0;

  explicit operator bool() const { return outcome == linearity::linearizable; }
};

struct linearization_limits {
  std::uint64_t steps = 1'000'000;
};

namespace detail {

// Remembers some of the states that lead nowhere; forgets old ones for new ones.
template <class Model, std::size_t Entries>
class dead_ends {
 public:
  bool contains(std::uint64_t placed, const Model& model) const {
    const entry& at = entries_[slot(placed)];
    return at.placed == placed && at.model && *at.model == model;
  }
  void insert(std::uint64_t placed, const Model& model) { entries_[slot(placed)] = {placed, model}; }

 private:
  struct entry {
    std::uint64_t placed = 0;
    std::optional<Model> model{};
  };
  // Fibonacci hashing: the golden ratio's fraction spreads neighbouring sets over the slots.
  static std::size_t slot(std::uint64_t placed) {
    return static_cast<std::size_t>((placed * 0x9e3779b97f4a7c15u) >> 32) % Entries;
  }
  std::array<entry, Entries> entries_{};
};

template <class Model>
class dead_ends<Model, 0> {
 public:
  bool contains(std::uint64_t, const Model&) const { return false; }
  void insert(std::uint64_t, const Model&) {}
};

template <class History, class Model, std::size_t Memo>
class linearizer {
 public:
  linearizer(const History& calls, const linearization_limits& limits) : calls_(calls), limits_(limits) {
    for (std::size_t b = 0; b < calls.size(); ++b) {
      if (!calls[b].pending()) must_place_ |= bit(b);
      for (std::size_t a = 0; a < calls.size(); ++a) {
        if (a != b && calls.precedes(a, b)) before_[b] |= bit(a);
      }
    }
  }

  linearization<History::capacity> run(const Model& initial) {
    if (calls_.overflowed()) {
      result_.outcome = linearity::overflowed;
    } else {
      search(0, initial);
      if (out_of_steps_) result_.outcome = linearity::out_of_steps;
    }
    return result_;
  }

 private:
  static constexpr std::uint64_t bit(std::size_t index) { return std::uint64_t{1} << index; }

  // Whether what is placed can be completed; leaves the order in result_ if so.
  bool search(std::uint64_t placed, const Model& model) {
    keep_longest(placed);
    if ((must_place_ & ~placed) == 0) {
      result_.outcome = linearity::linearizable;
      return true;
    }
    if (dead_ends_.contains(placed, model)) return false;
    for (std::size_t next = 0; next < calls_.size(); ++next) {
      if (is_next(next, placed) && goes_on_with(next, placed, model)) return true;
      if (out_of_steps_) return false;
    }
    dead_ends_.insert(placed, model);
    return false;
  }

  bool is_next(std::size_t call, std::uint64_t placed) const {
    return (placed & bit(call)) == 0 && (before_[call] & ~placed) == 0;
  }

  bool goes_on_with(std::size_t call, std::uint64_t placed, const Model& model) {
    if (result_.steps == limits_.steps) {
      out_of_steps_ = true;
      return false;
    }
    ++result_.steps;
    Model after = model;
    if (!after.step(calls_[call].operation)) return false;
    path_[static_cast<std::size_t>(std::popcount(placed))] = call;
    return search(placed | bit(call), after);
  }

  void keep_longest(std::uint64_t placed) {
    const auto length = static_cast<std::size_t>(std::popcount(placed));
    if (length < result_.length) return;
    result_.length = length;
    result_.order = path_;
  }

  const History& calls_;
  const linearization_limits limits_;
  // By call: those that were over before it was made.
  std::array<std::uint64_t, History::capacity> before_{};
  std::uint64_t must_place_ = 0;
  std::array<std::size_t, History::capacity> path_{};
  bool out_of_steps_ = false;
  linearization<History::capacity> result_{};
  [[no_unique_address]] dead_ends<Model, Memo> dead_ends_{};
};

}  // namespace detail

// Memo: how many dead ends are remembered; they lie on the stack. A few calls are searched faster without.
template <std::size_t Memo, class History, class Model>
requires sequential_model<Model, typename History::operation_type> linearization<History::capacity>
linearizable(const History& calls, const Model& initial, const linearization_limits& limits = {}) {
  return detail::linearizer<History, Model, Memo>(calls, limits).run(initial);
}

template <class History, class Model>
requires sequential_model<Model, typename History::operation_type> linearization<History::capacity>
linearizable(const History& calls, const Model& initial, const linearization_limits& limits = {}) {
  return linearizable<(History::capacity > 16 ? 64 : 0)>(calls, initial, limits);
}

}  // namespace stillpoint::verify
