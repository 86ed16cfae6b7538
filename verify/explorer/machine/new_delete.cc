// SPDX-License-Identifier: BSL-1.0
//
// The client's `new` and `delete`. Its memory comes from the machine's arena: deterministic addresses, and
// nothing is lost when an execution is dropped half way. The global operators stand here for all of the
// program; where no client runs they pass on to the system's.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "verify/allocation.hpp"
#include "verify/explorer/machine/machine.hpp"
#include "verify/explorer/machine/raw_accesses.hpp"
#include "verify/explorer/machine/static_memory.hpp"

namespace stillpoint::verify::explorer {

void* machine::allocate_new(std::size_t size, std::size_t alignment, new_form form) {
  const engine_scope scope;
  const raw_accesses::engine_scope opened;
  void* const memory = machine::allocate(std::max<std::size_t>(size, 1), alignment);
  const new_block_name name =
      new_blocks_.add(current_, {reinterpret_cast<std::uintptr_t>(memory), size, form, false});
  note_block(noted_block::kind::allocated, memory, size, nullptr);
  if (wanted_block_ && name == *wanted_block_) block_calls_.collect();
  return memory;
}

void machine::release_new(void* memory, new_form form, std::size_t size, const void* caller) {
  const std::source_location where = where_of(caller);
  const engine_scope scope;
  const raw_accesses::engine_scope opened;
  new_block* const block = new_blocks_.find(reinterpret_cast<std::uintptr_t>(memory));
  const std::string with = release_of(form);
  if (block == nullptr) {
    fail_delete(with + " of memory that no " + (form == new_form::malloc ? "malloc" : "new") +
                " has given in this execution");
  } else if (block->deleted) {
    fail_delete("double " + with);
  } else if (block->form != form) {
    fail_delete(with + " of memory that " + operator_of(block->form) + " has given");
  } else if (size != 0 && size != block->size) {
    fail_delete(with + " of " + std::to_string(size) + " bytes where " + operator_of(form) + " has given " +
                std::to_string(block->size));
  }
  block->deleted = true;
  if (observer_.released != nullptr) observer_.released(*this, block->address, block->size, where);
  raw_accesses::deletes(block->address, block->size);
}

void machine::release_static(void* memory, const void* caller) {
  const std::source_location where = where_of(caller);
  const engine_scope scope;
  if (std::find(released_statics_.begin(), released_statics_.end(), memory) != released_statics_.end()) {
    fail_delete("double delete");
  }
  released_statics_.push_back(memory);
  if (observer_.released == nullptr) return;
  observer_.released(*this, reinterpret_cast<std::uintptr_t>(memory), static_memory::size_of(memory), where);
}

void machine::fail_delete(const std::string& what) {
  call_chain calls;
  calls.collect();
  crash(what, "", calls);
}

// Of a complete execution. What a library allocates once and keeps is not allocated again when the execution
// is repeated.
void machine::check_new() {
  new_block_name lost;
  if (!new_blocks_.find_alive(lost)) return;
  note_kept_blocks();
  if (!new_blocks_.find_alive(lost)) return;
  wanted_block_ = lost;
  const bool same = repeat();
  wanted_block_.reset();
  if (!same || !all_finished()) return;
  const new_block* const again = new_blocks_.at(lost);
  if (again == nullptr || again->deleted) {
    keeps_memory_ = true;
    return;
  }
  report_leak(*again, lost.thread);
}

// A program may leave to the system what its static variables hold until it ends. Any word that looks like an
// address is taken for one.
void machine::note_kept_blocks() {
  if (observer_.for_statics == nullptr) return;
  newly_kept_.clear();
  observer_.for_statics(
      [](machine& m, const std::byte* first, std::size_t size) { m.keep_what_words_lead_to(first, size); },
      *this);
  while (!newly_kept_.empty()) {
    const new_block& block = *newly_kept_.back();
    newly_kept_.pop_back();
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the client's memory
    keep_what_words_lead_to(reinterpret_cast<const std::byte*>(block.address), block.size);
  }
}

void machine::keep_what_words_lead_to(const std::byte* first, std::size_t size) {
  for (std::size_t i = 0; i + sizeof(std::uintptr_t) <= size; i += sizeof(std::uintptr_t)) {
    std::uintptr_t word = 0;
    std::memcpy(&word, first + i, sizeof word);
    if (!arena_.contains_address(word)) continue;
    new_block* const block = new_blocks_.containing(word);
    if (block == nullptr || block->deleted || block->kept) continue;
    block->kept = true;
    newly_kept_.push_back(block);
  }
}

void machine::report_leak(const new_block& block, std::size_t thread) {
  std::vector<code_place> places = client_calls(block_calls_);
  const auto own = std::find_if(places.begin(), places.end(),
                                [](const code_place& p) { return !p.system && !p.function.empty(); });
  const std::string in = own == places.end() ? "" : ", in " + text_of(*own);
  halt here;
  here.thread = static_cast<std::uint16_t>(thread);
  const std::string kept = std::string(block.form == new_form::malloc ? "freed" : "deleted") + in;
  here.doing = "has allocated by " + std::string(operator_of(block.form)) + " what is never " + kept;
  report("leak: " + std::to_string(block.size) + " bytes of " + operator_of(block.form) + " by thread " +
             std::to_string(thread) + " are never " + kept,
         {}, {}, {here});
  if (failure_) failure_->calls = std::move(places);
}

}  // namespace stillpoint::verify::explorer

namespace {

using stillpoint::verify::explorer::arena;
using stillpoint::verify::explorer::machine;
using stillpoint::verify::explorer::new_form;
using stillpoint::verify::explorer::static_memory;

void* allocate(std::size_t size, std::size_t alignment, new_form form) {
  if (machine* m = machine::allocating()) return m->allocate_new(size, alignment, form);
  if (void* const lasting = static_memory::allocate(size, alignment)) return lasting;
  void* memory = alignment <= alignof(std::max_align_t)
                     ? stillpoint::verify::outside_of_explorer.allocate(size == 0 ? 1 : size)
                     : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

// Arena memory is given back all at once, when the next execution begins. `size` is zero where it is not
// known.
void release(void* memory, new_form form, std::size_t size, const void* caller) {
  if (memory == nullptr) return;
  if (arena::owns(memory)) {
    if (machine* m = machine::allocating()) m->release_new(memory, form, size, caller);
  } else if (static_memory::owns(memory)) {
    if (machine* m = machine::allocating()) m->release_static(memory, caller);
  } else if (form == new_form::aligned) {
    std::free(memory);
  } else {
    stillpoint::verify::outside_of_explorer.release(memory);
  }
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size, alignof(std::max_align_t), new_form::object);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment), new_form::aligned);
}
void operator delete(void* memory) noexcept {
  release(memory, new_form::object, 0, __builtin_return_address(0));
}
void operator delete(void* memory, std::size_t size) noexcept {
  release(memory, new_form::object, size, __builtin_return_address(0));
}
void operator delete(void* memory, std::align_val_t) noexcept {
  release(memory, new_form::aligned, 0, __builtin_return_address(0));
}
void operator delete(void* memory, std::size_t size, std::align_val_t) noexcept {
  release(memory, new_form::aligned, size, __builtin_return_address(0));
}
// Relacy's header defines these, too, weakly: all have to be of one kind.
void* operator new[](std::size_t size) {
  return allocate(size, alignof(std::max_align_t), new_form::array);
}
void operator delete[](void* memory) noexcept {
  release(memory, new_form::array, 0, __builtin_return_address(0));
}
void operator delete[](void* memory, std::size_t size) noexcept {
  release(memory, new_form::array, size, __builtin_return_address(0));
}
