// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/machine/notes.hpp"

#include <unwind.h>

#include <utility>

#include "verify/explorer/machine/machine.hpp"

namespace stillpoint::verify::explorer {

namespace {

constexpr std::size_t most_frames = 96;

// An unwinder that has come to a function knows the stack pointer with which that made its call: there the
// frame of the function that it called begins.
_Unwind_Reason_Code add_frame(_Unwind_Context* context, void* argument) {
  auto& calls = *static_cast<std::vector<call_frame>*>(argument);
  const std::uintptr_t address = _Unwind_GetIP(context);
  if (!calls.empty()) calls.back().frame = _Unwind_GetCFA(context);
  if (address == 0 || calls.size() == most_frames) return _URC_END_OF_STACK;
  calls.push_back({address, 0});
  return _URC_NO_REASON;
}

}  // namespace

void machine::note_calls() {
  const engine_scope scope;
  operation_note& note = notes_->at(current_, me().operations);
  note.time = notes_->tick();
  note.calls.clear();
  _Unwind_Backtrace(&add_frame, &note.calls);
}

void machine::write_note(const void* address, std::size_t size, const value_type& type, const void* value) {
  const engine_scope scope;
  operation_note& note = notes_->at(current_, me().operations);
  note.address = reinterpret_cast<std::uintptr_t>(address);
  note.size = size;
  note.type = &type;
  note.value.clear();
  if (value == nullptr) return;
  const auto* bytes = static_cast<const unsigned char*>(value);
  note.value.assign(bytes, bytes + type.size);
}

void machine::write_block(noted_block block) {
  const engine_scope scope;
  block.thread = current_;
  notes_->add(std::move(block));
}

}  // namespace stillpoint::verify::explorer
