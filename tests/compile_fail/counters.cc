// SPDX-License-Identifier: BSL-1.0
//
// What cannot be written with counters.
#include "stillpoint/counters.hpp"

#include <cstdint>
#include <utility>

#include "stillpoint/counters_ref.hpp"

namespace stillpoint::tests {

using plain_counters = counters<atomics>;
using striped_counters = counters<write_concurrency>;

void options_are_those_two(std::size_t size) {
  striped_counters with_stripes(size, 3);
  plain_counters without_stripes(size);
  // must not compile: counters_option
  counters<int> of_int(size);
  // must not compile: counters_option
  counters<counters_kind> of_kind(size);
  // must not compile: no matching (function for call|constructor)
  plain_counters atomics_with_stripes(size, 3);
  // must not compile: (non-scalar type|no viable conversion)
  plain_counters from_size = size;
  // must not compile: (no matching function for call|no matching constructor)
  plain_counters no_size;
  // must not compile: (cannot convert|invalid conversion|no matching function|no known conversion)
  static_cast<void>(new_counters(size, 7));
  // must not compile: (constraints|requires)
  static_cast<void>(without_stripes.stripes());
  static_cast<void>(with_stripes.stripes());
}

void numbers_are_integers_of_64_bits(plain_counters& counts, const counters_ref& shared) {
  counts.add(1, std::int64_t{-1});
  counts.add(1, std::uint64_t{1});
  counts.put(1, short{1});
  // must not compile: counter_number
  counts.add(1, 1.5);
  // must not compile: counter_index
  counts.add(7.0, 1);
  // must not compile: counter_index
  shared.add(7.0F, 1);
  // must not compile: counter_index
  static_cast<void>(counts.get(1.0));
  // must not compile: counter_index
  static_cast<void>(counts.take(true));
  // must not compile: counter_number
  counts.sub(1, true);
  // must not compile: counter_number
  counts.put(1, nullptr);
  // must not compile: counter_number
  counts.exchange(1, 2.0F);
  // must not compile: counter_number
  shared.add(1, 1.5);
  shared.add(1, 1);
}

enum request : unsigned char { begun = 1, ended };

void indexes_are_integers_or_enumerators(plain_counters& counts, const counters_ref& shared) {
  counts.add(begun, 1);
  shared.add(ended, counts.get(begun));
  // must not compile: counter_index
  counts.add("1", 1);
}

void what_is_taken_is_looked_at(plain_counters& counts, const counters_ref& shared) {
  counts.add(1, shared.take(1));
  // must not compile: ignoring return.*nodiscard
  counts.take(1);
  // must not compile: ignoring return.*nodiscard
  shared.take(1);
  std::int64_t expected = counts.get(1);
  if (counts.compare_exchange(1, expected, 0)) return;
  // must not compile: ignoring return.*nodiscard
  counts.compare_exchange(1, expected, 1);
  // must not compile: ignoring return.*nodiscard
  counts.snapshot();
}

void one_cell_is_what_they_need(plain_counters& counts, striped_counters& striped,
                                const counters_ref& shared) {
  std::int64_t expected = counts.add_get(1, 2) + counts.sub_get(1, 2);
  static_cast<void>(counts.compare_exchange(1, expected, striped.get(1) + shared.get(1)));
  // must not compile: (constraints|requires)
  static_cast<void>(striped.add_get(1, 2));
  // must not compile: (constraints|requires)
  static_cast<void>(striped.sub_get(1, 2));
  // must not compile: (constraints|requires)
  static_cast<void>(striped.compare_exchange(1, expected, 3));
  // must not compile: no member named
  static_cast<void>(shared.add_get(1, 2));
  counters<unsigned_atomics> of_unsigned(1);
  // must not compile: (cannot bind|no matching|no known conversion|no match)
  static_cast<void>(of_unsigned.compare_exchange(1, expected, 3));
}

void readers_do_not_write(const plain_counters& counts) {
  static_cast<void>(counts.get(1) + static_cast<std::int64_t>(counts.size()));
  // must not compile: (discards qualifiers|not marked const)
  counts.add(1, 1);
  // must not compile: (discards qualifiers|not marked const)
  static_cast<void>(counts.take(1));
}

void arrays_stay_where_they_are(plain_counters& counts, striped_counters& striped) {
  counts.add(1, striped.get(1));
  // must not compile: deleted
  plain_counters copy(counts);
  // must not compile: deleted
  striped_counters moved(std::move(striped));
  // must not compile: deleted
  striped = striped_counters(1);
  // must not compile: ignoring return.*nodiscard
  new_counters(1);
}

void handles_are_never_empty(counters_ref& handle) {
  counters_ref copy(handle);
  counters_ref moved(std::move(copy));
  copy = moved;
  // must not compile: no matching (function for call|constructor)
  counters_ref none;
}

// must not compile: policy_provides_atomic\b
counters<atomics, int> no_policy(1);

}  // namespace stillpoint::tests
