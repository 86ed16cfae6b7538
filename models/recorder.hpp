// SPDX-License-Identifier: BSL-1.0
//
// What a recorder is, as a sequential state machine: recordings go into the current interval; a sample ends
// it and is what was recorded in it. A recorder is linearizable: every history of calls can be put into an
// order, extending the one in which the calls were made, that this machine steps through.
//
// What is recorded are values from [0, Values); the contents of an interval are how often each was recorded.
//
// A step that blocks in the real thing (a sample while another is held) is one that the machine does not
// allow yet. A recording never is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stillpoint::models {

// sample: ends the interval; its guard is held from then on. look: the holder reads the sample once more.
// give_up: the guard is destroyed. take: sample and give_up in one, which is what sample_into does.
enum class recorder_action : std::uint8_t { record, sample, look, give_up, take };

constexpr std::string_view name_of(recorder_action action) {
  constexpr std::array<std::string_view, 5> names = {"record", "sample", "look", "give_up", "take"};
  return names[static_cast<std::size_t>(action)];
}

template <std::size_t Values>
class recorder {
 public:
  using contents = std::array<unsigned, Values>;
  static constexpr unsigned nobody = ~0u;

  // One call with its result.
  struct operation {
    recorder_action action = recorder_action::record;
    unsigned thread = 0;
    // record: what is recorded.
    std::size_t value = 0;
    // sample, look, take: what the caller found; nothing for a call that has not returned.
    std::optional<contents> found{};
    // An exception left the call: a recording stays recorded all the same, a sample has not ended the
    // interval.
    bool threw = false;

    friend bool operator==(const operation&, const operation&) = default;
  };

  // Does what `op` says and returns true, if an operation with that result is allowed in this state; else
  // returns false, and the state is as it was.
  bool step(const operation& op) {
    switch (op.action) {
      case recorder_action::record:
        return record(op);
      case recorder_action::sample:
        return sample(op);
      case recorder_action::look:
        return holder_ == op.thread && agrees(op, held_);
      case recorder_action::give_up:
        return give_up(op);
      case recorder_action::take:
        return sample(op) && (op.threw || give_up(op));
    }
    return false;
  }

  const contents& current() const { return current_; }
  const contents& held() const { return held_; }
  unsigned holder() const { return holder_; }
  // What was ever recorded, and what was ever part of a sample.
  const contents& recorded() const { return recorded_; }
  const contents& sampled() const { return sampled_; }

  friend bool operator==(const recorder&, const recorder&) = default;

 private:
  static bool agrees(const operation& op, const contents& truth) { return !op.found || *op.found == truth; }

  bool record(const operation& op) {
    if (op.value >= Values) return false;
    ++current_[op.value];
    ++recorded_[op.value];
    return true;
  }

  bool sample(const operation& op) {
    if (holder_ != nobody) return false;
    if (op.threw) return true;
    if (!agrees(op, current_)) return false;
    for (std::size_t value = 0; value < Values; ++value) sampled_[value] += current_[value];
    held_ = current_;
    current_ = {};
    holder_ = op.thread;
    return true;
  }

  bool give_up(const operation& op) {
    if (holder_ != op.thread) return false;
    holder_ = nobody;
    held_ = {};
    return true;
  }

  contents current_{};
  contents held_{};
  unsigned holder_ = nobody;

  contents recorded_{};
  contents sampled_{};
};

// The recorder's guarantees, each as a property of every reachable state.
struct recorder_guarantees {
  // What was recorded is in the current interval or was in exactly one sample; and the next sample takes all
  // that is left.
  template <class Model>
  static bool every_recording_is_sampled_once(const Model& now) {
    for (std::size_t value = 0; value < now.recorded().size(); ++value) {
      if (now.recorded()[value] != now.sampled()[value] + now.current()[value]) return false;
    }
    Model later = now;
    if (now.holder() != Model::nobody && !later.step({recorder_action::give_up, now.holder()})) return false;
    return later.step({recorder_action::take, 0, 0, now.current()}) && later.sampled() == now.recorded();
  }

  // Recordings go on while a sample is held, and do not change it.
  template <class Model>
  static bool sample_is_stable(const Model& now) {
    Model later = now;
    if (!later.step({recorder_action::record, 0, 0})) return false;
    return now.holder() == Model::nobody || later.step({recorder_action::look, now.holder(), 0, now.held()});
  }

  // While a sample is held, there is no other.
  template <class Model>
  static bool samples_exclude_each_other(const Model& now) {
    if (now.holder() == Model::nobody) return true;
    const unsigned other = now.holder() + 1;
    Model sampling = now;
    Model taking = now;
    return !sampling.step({recorder_action::sample, other}) && !taking.step({recorder_action::take, other});
  }

  // Two recordings of the same value by two threads both count.
  template <class Model>
  static bool recordings_need_not_be_atomic(const Model& now) {
    Model later = now;
    if (!later.step({recorder_action::record, 0, 0}) || !later.step({recorder_action::record, 1, 0}))
      return true;
    return later.current()[0] == now.current()[0] + 2;
  }

  template <class Model>
  struct named {
    std::string_view name;
    bool (*holds)(const Model&);
  };

  template <class Model>
  static constexpr std::array<named<Model>, 4> all() {
    return {{{"every_recording_is_sampled_once", every_recording_is_sampled_once<Model>},
             {"sample_is_stable", sample_is_stable<Model>},
             {"samples_exclude_each_other", samples_exclude_each_other<Model>},
             {"recordings_need_not_be_atomic", recordings_need_not_be_atomic<Model>}}};
  }
};

}  // namespace stillpoint::models
