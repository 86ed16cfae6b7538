// SPDX-License-Identifier: BSL-1.0
//
// Faults at every place where one can come: each allocation of the program that links this, each operation on
// a `fragile` and each `fault_point` is a place, and a test has the n-th of them fail, for all n.
#pragma once

#include <cstddef>
#include <exception>
#include <utility>

namespace stillpoint::tests {

// What fails but allocation, which throws std::bad_alloc.
struct injected_fault : std::exception {
  const char* what() const noexcept override { return "injected fault"; }
};

// As long as it lives, the n-th place that the calling thread comes to fails; once.
class nth_fault {
 public:
  explicit nth_fault(int n);
  nth_fault(const nth_fault&) = delete;
  nth_fault& operator=(const nth_fault&) = delete;
  ~nth_fault();
  // Whether the thread has come so far.
  static bool has_come();
};

// Throws if this is the one.
void fault_point();

// How many pieces of memory the program holds.
std::size_t pieces_of_memory();

// A number whose every operation but destruction may fail. Moved from, it is `gone`.
class fragile {
 public:
  static constexpr int gone = -1;
  static inline int alive = 0;

  fragile() : fragile(0) {}
  explicit fragile(int n) : number(n) {
    fault_point();
    ++alive;
  }
  fragile(const fragile& other) : fragile(other.number) {}
  fragile(fragile&& other) : fragile(other.number) { other.number = gone; }
  fragile& operator=(const fragile& other) {
    fault_point();
    number = other.number;
    return *this;
  }
  fragile& operator=(fragile&& other) {
    fault_point();
    number = std::exchange(other.number, int{gone});
    return *this;
  }
  ~fragile() { --alive; }

  friend bool operator==(const fragile& a, const fragile& b) {
    fault_point();
    return a.number == b.number;
  }

  int number;
};

// For n = 1, 2, ...: makes a Subject, calls attempt(subject) with the n-th fault, and then expect(subject,
// threw); until there are fewer places than n. Nothing is left when the subject is gone. Returns how many
// places there are.
template <class Subject, class Attempt, class Expect>
int for_every_fault(Attempt attempt, Expect expect, void (*report_leak)(int n)) {
  for (int n = 1;; ++n) {
    const std::size_t before = pieces_of_memory();
    const int alive_before = fragile::alive;
    bool come = false;
    {
      auto* const subject = new Subject();
      bool threw = false;
      try {
        const nth_fault fault(n);
        try {
          attempt(*subject);
        } catch (...) {
          come = nth_fault::has_come();
          throw;
        }
        come = nth_fault::has_come();
      } catch (const std::exception&) {
        threw = true;
      }
      expect(*subject, threw);
      delete subject;
    }
    if (pieces_of_memory() != before || fragile::alive != alive_before) report_leak(n);
    if (!come) return n - 1;
  }
}

}  // namespace stillpoint::tests
