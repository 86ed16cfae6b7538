// SPDX-License-Identifier: BSL-1.0
//
// Uses of a borrow after it was consumed, which Clang's -Wconsumed and -Wdangling refuse. What follows each
// other function is what has to compile beside it.
#include <utility>

#include "stillpoint/rendezvous.hpp"

namespace stillpoint::tests {

using data = rendezvous_data<int>;
using borrow_type = data::borrow_type;

int each_borrow_until_its_swap(data& side) {
  auto first = std::move(side).borrow();
  *first = 3;
  auto second = std::move(first).swap();
  *second += 1;
  for (int round = 0; round < 3; ++round) {
    second = std::move(second).swap();
    *second += 1;
  }
  meeting result = meeting::met;
  auto third = std::move(second).swap(result, waiting::yielding);
  auto moved = std::move(third);
  const int value = *moved;
  side = std::move(moved).release();
  return value;
}

int used_after_the_swap(data& side) {
  auto borrow = std::move(side).borrow();
  auto next = std::move(borrow).swap();
  // must not compile: 'operator\*' on object 'borrow' .*'consumed' state
  *borrow = 3;
  return *next;
}

int swapped_twice(data& side) {
  auto borrow = std::move(side).borrow();
  auto next = std::move(borrow).swap();
  // must not compile: 'swap' on a temporary object .*'consumed' state
  next = std::move(borrow).swap();
  return *next;
}

int used_after_a_swap_with_a_result(data& side) {
  auto borrow = std::move(side).borrow();
  meeting result = meeting::met;
  auto next = std::move(borrow).swap(result);
  // must not compile: 'operator->' on object 'borrow' .*'consumed' state
  if (borrow.operator->() == nullptr) return 1;
  return *next;
}

int used_after_a_move(data& side) {
  auto borrow = std::move(side).borrow();
  auto moved = std::move(borrow);
  int value = *moved;
  // must not compile: 'operator\*' on object 'borrow' .*'consumed' state
  value += *borrow;
  return value;
}

int used_after_an_assignment(data& side, data& other) {
  auto borrow = std::move(side).borrow();
  auto assigned = std::move(other).borrow();
  assigned = std::move(borrow);
  int value = *assigned;
  // must not compile: 'operator\*' on object 'borrow' .*'consumed' state
  value += *borrow;
  return value;
}

int used_after_the_release(data& side) {
  auto borrow = std::move(side).borrow();
  side = std::move(borrow).release();
  // must not compile: 'release' on a temporary object .*'consumed' state
  side = std::move(borrow).release();
  return side.held();
}

void take(borrow_type);

int used_after_it_was_passed_on(data& side) {
  auto borrow = std::move(side).borrow();
  int value = *borrow;
  take(std::move(borrow));
  // must not compile: 'operator\*' on object 'borrow' .*'consumed' state
  value += *borrow;
  return value;
}

int used_where_it_may_have_been_swapped(data& side, bool swap) {
  auto borrow = std::move(side).borrow();
  int value = *borrow;
  if (swap) value = *std::move(borrow).swap();
  // must not compile: 'operator\*' on object 'borrow' .*'unknown' state
  value += *borrow;
  return value;
}

int reference_into_a_borrow_that_ends_at_once(data& side) {
  int sum = *std::move(side).borrow();
  // must not compile: temporary bound to local reference 'value' will be destroyed
  const int& value = *std::move(side).borrow();
  // must not compile: temporary .* 'place' will be destroyed
  const int* const place = std::move(side).borrow().operator->();
  return sum;
}

}  // namespace stillpoint::tests
