// SPDX-License-Identifier: BSL-1.0
//
// Of which compare_instructions.py has to complain, in each way in which it can.
#include <atomic>

void somewhere_else();

extern "C" {

long library_more(const std::atomic<long>& place) {
  return place.load(std::memory_order_relaxed) + place.load(std::memory_order_relaxed);
}
long by_hand_more(const std::atomic<long>& place) {
  return 2 * place.load(std::memory_order_relaxed);
}

long library_other_operand(std::atomic<long>& place) {
  return place.fetch_add(2, std::memory_order_relaxed);
}
long by_hand_other_operand(std::atomic<long>& place) {
  return place.fetch_add(1, std::memory_order_relaxed);
}

void library_two_at_once(std::atomic<long>* places) {
  places[0].fetch_and(1, std::memory_order_relaxed);
  places[1].exchange(1, std::memory_order_relaxed);
}
void by_hand_two_at_once(std::atomic<long>* places) {
  places[0].fetch_and(1, std::memory_order_relaxed);
  places[1].exchange(1, std::memory_order_relaxed);
}

int library_calls() {
  somewhere_else();
  return 1;
}
int by_hand_calls() {
  somewhere_else();
  return 1;
}

void library_ends_in_a_call() {
  somewhere_else();
}
void by_hand_ends_in_a_call() {
  somewhere_else();
}

void library_alone() {}

void library_unnamed() {}
void by_hand_unnamed() {}

int library_the_same(int value) {
  return value == 0 ? value : 1;
}
int by_hand_the_same(int value) {
  return value == 0 ? value : 1;
}

}  // extern "C"
