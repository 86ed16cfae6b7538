// SPDX-License-Identifier: BSL-1.0
//
// Sets of at most 32 events and binary relations over them, as bit masks: enough to write a memory model's
// axioms as its paper does. For axioms.cc. A relation is 128 bytes; composition is the dearest operation,
// some 100 ns.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace stillpoint::verify::oracle {

inline constexpr unsigned max_events = 32;

using event_set = std::uint32_t;

constexpr event_set single(unsigned event) {
  return event_set{1} << event;
}
constexpr bool contains(event_set set, unsigned event) {
  return (set >> event & 1U) != 0;
}

template <class Visit>
constexpr void for_each(event_set set, Visit visit) {
  for (; set != 0; set &= set - 1) visit(static_cast<unsigned>(std::countr_zero(set)));
}

class relation {
 public:
  constexpr relation() = default;

  constexpr void add(unsigned from, unsigned to) { rows_[from] |= single(to); }
  constexpr void add_all(unsigned from, event_set to) { rows_[from] |= to; }
  constexpr bool has(unsigned from, unsigned to) const { return contains(rows_[from], to); }
  constexpr event_set after(unsigned from) const { return rows_[from]; }

  constexpr bool empty() const {
    event_set any = 0;
    for (const auto row : rows_) any |= row;
    return any == 0;
  }

  constexpr bool irreflexive() const {
    event_set any = 0;
    for (unsigned e = 0; e < max_events; ++e) any |= rows_[e] & single(e);
    return any == 0;
  }

  friend constexpr relation operator|(relation a, const relation& b) {
    for (unsigned e = 0; e < max_events; ++e) a.rows_[e] |= b.rows_[e];
    return a;
  }

  friend constexpr relation operator&(relation a, const relation& b) {
    for (unsigned e = 0; e < max_events; ++e) a.rows_[e] &= b.rows_[e];
    return a;
  }

  friend constexpr relation operator-(relation a, const relation& b) {
    for (unsigned e = 0; e < max_events; ++e) a.rows_[e] &= ~b.rows_[e];
    return a;
  }

  // Composition, written `;` in papers.
  friend constexpr relation operator*(const relation& a, const relation& b) {
    relation result;
    for (unsigned e = 0; e < max_events; ++e) {
      for_each(a.rows_[e], [&](unsigned middle) { result.rows_[e] |= b.rows_[middle]; });
    }
    return result;
  }

  bool operator==(const relation&) const = default;

 private:
  std::array<event_set, max_events> rows_{};
};

// The identity on a set, written [S].
constexpr relation only(event_set set) {
  relation result;
  for_each(set, [&](unsigned e) { result.add(e, e); });
  return result;
}

// S x S'.
constexpr relation cross(event_set from, event_set to) {
  relation result;
  for_each(from, [&](unsigned e) { result.add_all(e, to); });
  return result;
}

// r?
constexpr relation maybe(const relation& r) {
  return r | only(~event_set{0});
}

// r^-1
constexpr relation inverse(const relation& r) {
  relation result;
  for (unsigned from = 0; from < max_events; ++from) {
    for_each(r.after(from), [&](unsigned to) { result.add(to, from); });
  }
  return result;
}

// r+
constexpr relation plus(relation r) {
  for (unsigned middle = 0; middle < max_events; ++middle) {
    const auto reached = r.after(middle);
    if (reached == 0) continue;
    for (unsigned from = 0; from < max_events; ++from) {
      if (r.has(from, middle)) r.add_all(from, reached);
    }
  }
  return r;
}

// r*
constexpr relation star(const relation& r) {
  return maybe(plus(r));
}

constexpr bool acyclic(const relation& r) {
  return plus(r).irreflexive();
}

}  // namespace stillpoint::verify::oracle
