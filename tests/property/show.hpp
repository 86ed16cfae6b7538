// SPDX-License-Identifier: BSL-1.0
//
// Operations of the models in words, for counterexamples and histories.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <sstream>
#include <string>

#include "models/atomic_value.hpp"
#include "models/counters.hpp"
#include "models/recorder.hpp"
#include "models/rendezvous.hpp"
#include "models/snapshot_counters.hpp"
#include "models/tracker.hpp"
#include "models/writer_reader_phaser.hpp"

namespace stillpoint::models {

inline std::ostream& operator<<(std::ostream& out, const phaser_operation& op) {
  out << name_of(op.action) << " by thread " << op.thread;
  const bool of_writer = op.action == phaser_action::enter || op.action == phaser_action::exit;
  if (of_writer && op.phase != phaser_operation::unknown_phase) out << ", phase " << op.phase;
  if (op.action == phaser_action::exit && !op.token_is_good) out << ", with a bad token";
  return out << (op.refused ? ", refused" : "");
}

inline std::ostream& operator<<(std::ostream& out, const rendezvous_operation& op) {
  out << name_of(op.action) << " by side " << op.side;
  if (op.action == rendezvous_action::look) out << ", " << name_of(op.result);
  if (op.action == rendezvous_action::hold || op.action == rendezvous_action::put) out << ", " << op.value;
  return out << (op.refused ? ", refused" : "");
}

inline std::ostream& operator<<(std::ostream& out, const counters_operation& op) {
  out << name_of(op.action) << " by thread " << op.thread << ", counter " << op.index;
  if (op.action != counters_action::get) out << ", value " << static_cast<std::int64_t>(op.value);
  if (op.action == counters_action::compare_exchange) {
    out << ", expected " << static_cast<std::int64_t>(op.expected);
  }
  if (op.found) out << ", found " << static_cast<std::int64_t>(*op.found);
  return out << (op.refused ? ", refused" : "");
}

inline std::ostream& operator<<(std::ostream& out, const tracker_operation& op) {
  out << name_of(op.action) << " by thread " << op.thread;
  if (op.generation != tracker_operation::unknown) out << ", generation " << op.generation;
  if (op.action == tracker_action::look) out << (op.ended ? ", at its end" : ", not at its end");
  return out << (op.refused ? ", refused" : "");
}

inline std::ostream& operator<<(std::ostream& out, const value_operation& op) {
  const auto show = [&out](const char* what, const value_operation::number& number) {
    if (number) out << what << *number;
  };
  out << name_of(op.action) << " by thread " << op.thread;
  if (op.action != value_action::load) out << ", value " << op.value << " of type " << op.type;
  show(", expected ", op.expected);
  show(", found ", op.found);
  return out << (op.done ? ", done" : "") << (op.refused ? ", refused" : "");
}

template <class Contents>
std::ostream& show_contents(std::ostream& out, const Contents& contents) {
  out << '{';
  for (std::size_t value = 0; value < contents.size(); ++value) {
    out << (value == 0 ? "" : ", ") << contents[value];
  }
  return out << '}';
}

template <class Operation>
requires requires(const Operation& op) {
  op.found;
  op.threw;
}
std::ostream& operator<<(std::ostream& out, const Operation& op) {
  out << name_of(op.action) << " by thread " << op.thread;
  if (op.action == recorder_action::record) out << ", value " << op.value;
  if (op.found) show_contents(out << ", found ", *op.found);
  return out << (op.threw ? ", threw" : "");
}

template <class Operation>
requires requires(const Operation& op) {
  op.found;
  op.n;
}
std::ostream& operator<<(std::ostream& out, const Operation& op) {
  out << name_of(op.action) << " by thread " << op.thread;
  if (op.action == snapshot_action::add) {
    out << ", counter " << op.index << ", value " << static_cast<std::int64_t>(op.n);
  }
  if (op.found) show_contents(out << ", found ", *op.found);
  return out << (op.refused ? ", refused" : "");
}

}  // namespace stillpoint::models

namespace stillpoint::tests {

template <class T>
std::string shown(const T& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace stillpoint::tests
