// SPDX-License-Identifier: BSL-1.0
//
// All that two sides do to meet and to swap, and in storage also to leave: for loads_and_stores_only.py.
// Compiled, never run.
#include <chrono>
#include <utility>

#include "stillpoint/rendezvous.hpp"
#include "stillpoint/rendezvous_storage.hpp"
#include "stillpoint/std_policy.hpp"

static_assert(STILLPOINT_CHECKED == 0, "what a product pays is looked at");

using namespace stillpoint;

using data = rendezvous_data<int>;
using stored = rendezvous_storage<int, std_policy>::endpoint;
using freestanding = rendezvous_storage<int>::endpoint;

extern "C" {

meeting rendezvous_wait(rendezvous<>& side) {
  return side.wait();
}
meeting rendezvous_wait_yielding(rendezvous<>& side) {
  return side.wait(waiting::yielding);
}
meeting rendezvous_try_wait(rendezvous<>& side) {
  return side.try_wait();
}
meeting rendezvous_wait_for(rendezvous<>& side) {
  return side.wait_for(std::chrono::seconds(1));
}
meeting data_wait(data& side) {
  return side.wait();
}
int* data_swap(data& side) {
  return &side.swap();
}

meeting stored_wait(stored& side) {
  return side.wait();
}
int* stored_swap(stored& side) {
  return &side.swap();
}
void stored_borrow_swap(stored::borrow_type& from, stored::borrow_type& to) {
  to = std::move(from).swap();
}

int* freestanding_swap(freestanding& side) {
  return &side.swap();
}
meeting freestanding_last_wait(freestanding& side) {
  freestanding leaving = std::move(side);
  return leaving.wait();
}

}  // extern "C"
