// SPDX-License-Identifier: BSL-1.0
//
// What cannot be written with a recorder.
#include "stillpoint/recorder.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/striped_recorder.hpp"

namespace stillpoint::tests {

using recorder_type = recorder<std::string>;

recorder_type::interval take(recorder_type& events);

void recordings_get_the_active_buffer(recorder_type& events) {
  events.record([](std::string& text) { text += "."; });
  // must not compile: no matching (member )?function for call to '.*record\b
  // must not compile: invocable
  events.record([](int& count) { ++count; });
  // must not compile: no matching (member )?function for call to '.*record\b
  // must not compile: invocable
  events.record([](std::string&& text) { text += "."; });
}

void samples_stay_as_they_are(recorder_type& events) {
  auto ended = events.sample();
  // must not compile: ignoring return.*nodiscard
  events.sample();
  // must not compile: ignoring return.*nodiscard
  take(events);
  // must not compile: private
  events.phaser_.lock_reader().flip();
  // must not compile: (no match for 'operator='.* 'const |no viable overloaded '=')
  *ended = "";
  // must not compile: (discards qualifiers|is not marked const)
  ended->clear();
  // must not compile: deleted
  recorder_type::interval copy(ended);
  // must not compile: deleted
  recorder_type::interval moved(std::move(ended));
  // must not compile: (interval::interval\(.* is private|private constructor of class '.*::interval')
  recorder_type::interval made(events);
  auto other = events.sample();
  // must not compile: deleted
  other = std::move(ended);
}

void samples_go_into_a_variable(recorder_type& events, std::string recycled) {
  events.sample_into(recycled);
  // must not compile: (discards qualifiers|drops 'const' qualifier)
  events.sample_into(std::as_const(recycled));
  // must not compile: non-const lvalue reference
  events.sample_into(std::move(recycled));
}

struct traffic {
  std::atomic<long> requests{0};

  void reset() { requests.store(0, std::memory_order_relaxed); }
};

void what_cannot_be_swapped_is_sampled(recorder<traffic>& counts, traffic& recycled) {
  recycled.requests = counts.sample()->requests.load();
  // must not compile: (constraints|no matching member function)
  // must not compile: swappable
  counts.sample_into(recycled);
}

void recorders_stay_where_they_are(recorder_type& events) {
  recorder_type other(std::in_place, "text");
  // must not compile: no matching (function for call|constructor)
  // must not compile: constructible_from
  recorder_type of_other_type(std::in_place, &events);
  // must not compile: deleted
  recorder_type copy(events);
  // must not compile: deleted
  recorder_type moved(std::move(events));
  // must not compile: deleted
  other = events;
  events.record([&other](std::string& text) { text = *other.sample(); });
}

// must not compile: policy_provides_atomic\b
recorder<std::string, int> no_policy;

struct only_counted {
  int count = 0;
};
struct add_counts {
  void operator()(only_counted& into, const only_counted& from) const { into.count += from.count; }
};
using added_up = striped_recorder<only_counted, std_policy, asymmetric_writer_reader_phaser<>, add_counts>;

void each_thread_has_a_buffer(added_up& counts) {
  // must not compile: static assertion failed[^$]*or \+=
  striped_recorder<only_counted> not_merged;
  // must not compile: default_initializable
  striped_recorder<std::reference_wrapper<int>> not_made_from_nothing;
  counts.record([](only_counted& mine) { ++mine.count; });
  // must not compile: no matching (member )?function for call to '.*record\b
  // must not compile: invocable
  counts.record([](int& count) { ++count; });
  auto ended = counts.sample();
  // must not compile: ignoring return.*nodiscard
  counts.sample();
  // must not compile: (assignment of member|cannot assign to return value)
  ended->count = 1;
  // must not compile: deleted
  added_up::interval copy(ended);
  // must not compile: deleted
  added_up other(counts);
}

}  // namespace stillpoint::tests
