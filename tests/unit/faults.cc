// SPDX-License-Identifier: BSL-1.0
#include "tests/unit/faults.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace stillpoint::tests {
namespace {

// Places until the one that fails, that one included; zero: none fails any more.
thread_local constinit int left = 0;
thread_local constinit bool come = false;
constinit std::atomic<std::size_t> pieces{0};

bool is_the_one() {
  if (left == 0 || --left != 0) return false;
  come = true;
  return true;
}

void* allocate(std::size_t size, std::size_t alignment) {
  if (is_the_one()) throw std::bad_alloc();
  void* const memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  ++pieces;
  return memory;
}

void give_back(void* memory) {
  if (memory == nullptr) return;
  --pieces;
  std::free(memory);
}

}  // namespace

nth_fault::nth_fault(int n) {
  left = n;
  come = false;
}
nth_fault::~nth_fault() {
  left = 0;
}
bool nth_fault::has_come() {
  return come;
}

void fault_point() {
  if (is_the_one()) throw injected_fault();
}

std::size_t pieces_of_memory() {
  return pieces;
}

}  // namespace stillpoint::tests

void* operator new(std::size_t size) {
  return stillpoint::tests::allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return stillpoint::tests::allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  stillpoint::tests::give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  stillpoint::tests::give_back(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  stillpoint::tests::give_back(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  stillpoint::tests::give_back(memory);
}
