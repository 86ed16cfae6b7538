// SPDX-License-Identifier: BSL-1.0
//
// What cannot be written with atomic_value and any_value.
#include "stillpoint/atomic_value.hpp"

#include <string>
#include <utility>

#include "stillpoint/any_value.hpp"

namespace stillpoint::tests {

using text_value = atomic_value<std::string>;

// No ==.
struct opaque {
  int number = 0;
};

class immovable {
 public:
  explicit immovable(int) {}
  immovable(const immovable&) = delete;
  immovable& operator=(const immovable&) = delete;
};

void types_are_those_of_objects() {
  // must not compile: is_object_v
  atomic_value<int&> of_reference;
  // must not compile: is_object_v
  atomic_value<void> of_nothing;
  // must not compile: is_object_v
  atomic_value<void(int)> of_function;
  // must not compile: is_const_v
  atomic_value<const int> of_const;
  // must not compile: is_array_v
  atomic_value<int[2]> of_array;
}

void values_stay_where_they_are(text_value& value, any_value<>& any) {
  value.reclaim();
  any.reclaim();
  // must not compile: deleted
  text_value copy(value);
  // must not compile: deleted
  text_value moved(std::move(value));
  // must not compile: deleted
  value = text_value();
  // must not compile: deleted
  any_value<> copy_of_any(any);
  // must not compile: deleted
  any = any_value<>();
}

void what_is_loaded_is_not_changed(const text_value& value, const any_value<>& any) {
  static_cast<void>(any.load());
  const text_value::snapshot now = value.load();
  const text_value::owner shared = value.load_shared();
  // must not compile: (discards qualifiers|not marked const|passing .const)
  now->clear();
  // must not compile: (discards qualifiers|not marked const|no viable overloaded|passing .const)
  *now = "";
  // must not compile: (discards qualifiers|not marked const|passing .const)
  shared->clear();
  // must not compile: (invalid conversion|cannot initialize)
  std::string* const changed = now.get();
  // must not compile: (invalid conversion|cannot initialize)
  std::string* const changed_any = any.load().get<std::string>();
}

void snapshots_are_held_once(const text_value& value, const any_value<>& any) {
  text_value::snapshot now = value.load();
  text_value::snapshot moved = std::move(now);
  text_value::owner shared = value.load_shared();
  text_value::owner copy = shared;
  // must not compile: (use of deleted|implicitly.deleted)
  text_value::snapshot second = moved;
  // must not compile: (use of deleted|implicitly.deleted)
  now = moved;
  any_value<>::snapshot other = any.load();
  // must not compile: (use of deleted|implicitly.deleted)
  any_value<>::snapshot second_other = other;
  // must not compile: (conversion from|no viable conversion)
  text_value::owner promoted = value.load();
}

void results_are_looked_at(text_value& value, any_value<>& any) {
  value.reclaim();
  any.reclaim();
  // must not compile: ignoring return.*nodiscard
  value.load();
  // must not compile: ignoring return.*nodiscard
  value.load_shared();
  // must not compile: ignoring return.*nodiscard
  value.swap("text");
  // must not compile: ignoring return.*nodiscard
  any.load();
  // must not compile: ignoring return.*nodiscard
  any.swap(1);
  // must not compile: ignoring return.*nodiscard
  value.compare_exchange("text", "other");
  // must not compile: ignoring return.*nodiscard
  any.compare_exchange(1, 2);
}

void empty_is_asked_for(const text_value& value) {
  const auto now = value.load();
  if (now) static_cast<void>(now->size());
  // must not compile: (cannot convert|no viable conversion)
  const bool is_there = now;
}

void values_are_made_from_what_fits(text_value& value, atomic_value<immovable>& fixed) {
  value.emplace(3u, 'x');
  fixed.emplace(1);
  // must not compile: (cannot convert|no viable conversion|could not convert)
  value.store(opaque());
  // must not compile: (constraints|requires|constructible_from)
  value.emplace(opaque());
  // must not compile: (constraints|move_constructible)
  fixed.store(immovable(1));
  // must not compile: (constraints|constructible_from)
  value.update([](const text_value::snapshot&) { return opaque(); });
  // must not compile: (constraints|invocable)
  value.update([](int) { return std::string(); });
}

void comparing_needs_an_equality(atomic_value<opaque>& value, atomic_value<opaque>::snapshot& now) {
  static_cast<void>(value.compare_exchange(now, opaque()));
  // must not compile: (constraints|equality_comparable|no matching)
  static_cast<void>(value.compare_exchange(opaque(), opaque()));
}

// must not compile: policy_provides_atomic\b
atomic_value<int, int> no_policy;

// must not compile: policy_provides_atomic\b
any_value<int> no_policy_either;

}  // namespace stillpoint::tests
