// SPDX-License-Identifier: BSL-1.0
// counters of both kinds and counters_ref: every function, every documented error.

#include "stillpoint/counters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "stillpoint/counters_ref.hpp"
#include "stillpoint/std_policy.hpp"

namespace {

using stillpoint::atomics;
using stillpoint::basic_counters_ref;
using stillpoint::basic_std_policy;
using stillpoint::counters;
using stillpoint::counters_info;
using stillpoint::counters_kind;
using stillpoint::counters_kind_named;
using stillpoint::counters_ref;
using stillpoint::new_counters;
using stillpoint::unsigned_atomics;
using stillpoint::write_concurrency;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

using limits = std::numeric_limits<std::int64_t>;

// No thread owns a stripe: as on a platform without such things, or with more threads than stripes.
struct nobody_owns : basic_std_policy<true> {
  static std::size_t owned_stripe() noexcept { return stillpoint::no_stripe; }
};

template <counters_kind Kind>
struct ref_of : counters_ref {
  explicit ref_of(std::size_t size) : counters_ref(size, Kind) {}
};

template <class Counters>
class counters_of : public testing::Test {
 protected:
  Counters counters_{3};

  std::array<std::int64_t, 3> values() const {
    std::array<std::int64_t, 3> all{};
    counters_.snapshot(all);
    return all;
  }
};

using every_kind =
    testing::Types<counters<atomics, basic_std_policy<true>>, counters<atomics, basic_std_policy<false>>,
                   counters<write_concurrency, basic_std_policy<true>>,
                   counters<write_concurrency, basic_std_policy<false>>,
                   counters<write_concurrency, nobody_owns>, ref_of<counters_kind::atomics>,
                   ref_of<counters_kind::write_concurrency>>;
TYPED_TEST_SUITE(counters_of, every_kind);

TYPED_TEST(counters_of, counters_start_at_zero) {
  EXPECT_THAT(this->values(), Each(0));
  EXPECT_EQ(this->counters_.size(), 3u);
}

TYPED_TEST(counters_of, add_and_sub_change_their_counter_alone) {
  auto& counts = this->counters_;
  counts.add(1, 5);
  counts.add(3, 70);
  counts.sub(3, 1);
  counts.add(1, -7);
  EXPECT_THAT(this->values(), ElementsAre(-2, 0, 69));
  EXPECT_EQ(counts.get(3), 69);
}

TYPED_TEST(counters_of, put_sets_whatever_was_added_before) {
  auto& counts = this->counters_;
  counts.add(2, 5);
  counts.put(2, 100);
  EXPECT_EQ(counts.get(2), 100);
  counts.add(2, 1);
  EXPECT_EQ(counts.get(2), 101);
  counts.put(2, -1);
  EXPECT_THAT(this->values(), ElementsAre(0, -1, 0));
}

TYPED_TEST(counters_of, exchange_and_take_return_what_was_there) {
  auto& counts = this->counters_;
  counts.add(1, 5);
  EXPECT_EQ(counts.exchange(1, 7), 5);
  counts.add(1, 1);
  EXPECT_EQ(counts.take(1), 8);
  EXPECT_EQ(counts.take(1), 0);
  EXPECT_EQ(counts.exchange(3, limits::min()), 0);
  EXPECT_THAT(this->values(), ElementsAre(0, 0, limits::min()));
}

TYPED_TEST(counters_of, nothing_taken_is_lost) {
  auto& counts = this->counters_;
  std::int64_t taken = 0;
  for (int round = 0; round < 100; ++round) {
    counts.add(1, round);
    if (round % 3 == 0) taken += counts.take(1);
  }
  EXPECT_EQ(taken + counts.get(1), 99 * 100 / 2);
}

TYPED_TEST(counters_of, counters_wrap_around) {
  auto& counts = this->counters_;
  counts.put(1, limits::max());
  counts.add(1, 1);
  EXPECT_EQ(counts.get(1), limits::min());
  counts.sub(1, 1);
  EXPECT_EQ(counts.get(1), limits::max());
  counts.sub(2, limits::min());
  EXPECT_EQ(counts.get(2), limits::min());
  counts.add(2, limits::min());
  EXPECT_EQ(counts.get(2), 0);
}

TYPED_TEST(counters_of, numbers_of_any_integer_type) {
  auto& counts = this->counters_;
  counts.add(1, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(counts.get(1), -1);
  counts.add(1, std::uint8_t{255});
  counts.sub(1, std::int8_t{-1});
  EXPECT_EQ(counts.get(1), 255);
  counts.put(1, std::numeric_limits<std::uint64_t>::max() - 1);
  EXPECT_EQ(counts.exchange(1, 3u), -2);
  counts.sub(1, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(counts.get(1), 4);
}

TYPED_TEST(counters_of, for_each_visits_every_counter_in_order) {
  this->counters_.put(1, 10);
  this->counters_.put(3, 30);
  std::vector<std::pair<std::size_t, std::int64_t>> seen;
  this->counters_.for_each([&seen](std::size_t index, std::int64_t n) { seen.emplace_back(index, n); });
  EXPECT_THAT(seen, ElementsAre(std::pair(1u, 10), std::pair(2u, 0), std::pair(3u, 30)));
}

template <class Exception, class Call>
std::string text_of(Call call) {
  try {
    call();
  } catch (const Exception& thrown) {
    return thrown.what();
  }
  return "nothing was thrown";
}

TYPED_TEST(counters_of, a_bad_index_is_refused_by_every_call_and_changes_nothing) {
  auto& counts = this->counters_;
  const auto text = [](auto call) { return text_of<std::out_of_range>(call); };
  EXPECT_EQ(text([&] { counts.add(0, 1); }),
            "counters::add: index 0 is out of range; valid indexes are 1 to 3");
  EXPECT_EQ(text([&] { counts.add(4, 1); }),
            "counters::add: index 4 is out of range; valid indexes are 1 to 3");
  EXPECT_EQ(text([&] { counts.sub(0, 1); }),
            "counters::sub: index 0 is out of range; valid indexes are 1 to 3");
  EXPECT_EQ(text([&] { counts.get(0); }), "counters::get: index 0 is out of range; valid indexes are 1 to 3");
  EXPECT_EQ(text([&] { counts.put(4, 1); }),
            "counters::put: index 4 is out of range; valid indexes are 1 to 3");
  EXPECT_EQ(text([&] { counts.exchange(4, 1); }),
            "counters::exchange: index 4 is out of range; valid indexes are 1 to 3");
  EXPECT_EQ(text([&] { static_cast<void>(counts.take(0)); }),
            "counters::take: index 0 is out of range; valid indexes are 1 to 3");
  EXPECT_THAT(text([&] { counts.get(std::numeric_limits<std::size_t>::max()); }),
              HasSubstr("index " + std::to_string(std::numeric_limits<std::size_t>::max())));
  EXPECT_THAT(this->values(), Each(0));
}

TYPED_TEST(counters_of, a_snapshot_into_a_span_of_another_size_is_refused) {
  std::array<std::int64_t, 4> values{7, 7, 7, 7};
  for (const std::size_t size : {0u, 2u, 4u}) {
    EXPECT_EQ(
        text_of<std::invalid_argument>([&] { this->counters_.snapshot(std::span(values.data(), size)); }),
        "counters::snapshot: the span has " + std::to_string(size) + " elements; it has to have 3");
  }
  EXPECT_THAT(values, Each(7));
}

TYPED_TEST(counters_of, a_size_of_zero_is_refused) {
  EXPECT_THAT(text_of<std::invalid_argument>([] { TypeParam none(0); }),
              HasSubstr("counters: size is 0; valid sizes are 1 to "));
}

TYPED_TEST(counters_of, a_size_too_large_to_allocate_is_refused) {
  constexpr auto largest = std::numeric_limits<std::size_t>::max();
  for (const std::size_t size : {largest, largest / 8, largest / 64}) {
    EXPECT_THAT(text_of<std::length_error>([size] { TypeParam too_many(size); }),
                AllOf(HasSubstr("counters: size " + std::to_string(size) + " is too large to allocate"),
                      HasSubstr("valid sizes are 1 to ")));
  }
}

TYPED_TEST(counters_of, no_write_is_lost_between_threads) {
  constexpr int writes = 10000;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([this] {
        for (int write = 0; write < writes; ++write) this->counters_.add(1, 1);
      });
    }
  }
  EXPECT_EQ(this->counters_.get(1), 4 * writes);
}

TYPED_TEST(counters_of, read_sees_all_writes_before_it) {
  std::jthread([this] { this->counters_.add(2, 6); }).join();
  this->counters_.add(2, 1);
  EXPECT_EQ(this->counters_.get(2), 7);
}

TYPED_TEST(counters_of, a_snapshot_is_a_vector_of_all) {
  this->counters_.put(1, 5);
  this->counters_.put(3, -7);
  EXPECT_THAT(this->counters_.snapshot(), ElementsAre(5, 0, -7));
}

TYPED_TEST(counters_of, clear_leaves_zeros_whatever_was_added_before) {
  this->counters_.add(1, 5);
  std::jthread([this] { this->counters_.add(3, 6); }).join();
  this->counters_.clear();
  EXPECT_THAT(this->counters_.snapshot(), ElementsAre(0, 0, 0));
  this->counters_.add(3, 1);
  EXPECT_THAT(this->counters_.snapshot(), ElementsAre(0, 0, 1));
}

TYPED_TEST(counters_of, info_says_between_which_values_a_counter_is) {
  EXPECT_EQ(this->counters_.info().size, 3u);
  EXPECT_EQ(this->counters_.info().min, limits::min());
  EXPECT_EQ(this->counters_.info().max, limits::max());
}

template <class Counters>
class counters_of_one_cell : public testing::Test {
 protected:
  Counters counters_{2};
};
using of_one_cell_kinds =
    testing::Types<counters<atomics, basic_std_policy<true>>, counters<atomics, basic_std_policy<false>>,
                   counters<unsigned_atomics, basic_std_policy<true>>,
                   counters<unsigned_atomics, basic_std_policy<false>>>;
TYPED_TEST_SUITE(counters_of_one_cell, of_one_cell_kinds);

TYPED_TEST(counters_of_one_cell, add_get_returns_what_it_leaves) {
  using value = typename TypeParam::value_type;
  auto& counts = this->counters_;
  EXPECT_EQ(counts.add_get(1, 5), value{5});
  EXPECT_EQ(counts.sub_get(1, std::uint8_t{2}), value{3});
  EXPECT_EQ(counts.add_get(1, -1), value{2});
  EXPECT_EQ(counts.sub_get(1, -1), value{3});
  EXPECT_THAT(counts.snapshot(), ElementsAre(value{3}, value{0}));
}

// Each of the numbers is returned once.
TYPED_TEST(counters_of_one_cell, add_get_returns_what_it_leaves_to_each_of_several_threads) {
  constexpr std::size_t times = 5000;
  std::array<std::vector<std::size_t>, 3> got;
  {
    std::vector<std::jthread> threads;
    for (auto& mine : got) {
      threads.emplace_back([this, &mine] {
        for (std::size_t i = 0; i < times; ++i) {
          mine.push_back(static_cast<std::size_t>(this->counters_.add_get(1, 1)));
        }
      });
    }
  }
  std::vector<int> returned(3 * times + 1, 0);
  for (const auto& mine : got) {
    for (const std::size_t number : mine) ++returned.at(number);
  }
  EXPECT_EQ(returned.front(), 0);
  returned.front() = 1;
  EXPECT_THAT(returned, Each(1));
}

TYPED_TEST(counters_of_one_cell, compare_exchange_replaces_only_what_it_expects) {
  using value = typename TypeParam::value_type;
  auto& counts = this->counters_;
  value expected = 1;
  EXPECT_FALSE(counts.compare_exchange(2, expected, 9));
  EXPECT_EQ(expected, value{0});
  EXPECT_TRUE(counts.compare_exchange(2, expected, 9u));
  EXPECT_EQ(expected, value{0});
  EXPECT_FALSE(counts.compare_exchange(2, expected, 10));
  EXPECT_EQ(expected, value{9});
  EXPECT_THAT(counts.snapshot(), ElementsAre(value{0}, value{9}));
}

TYPED_TEST(counters_of_one_cell, counters_wrap_around_from_max_to_min) {
  auto& counts = this->counters_;
  const auto info = counts.info();
  counts.put(1, info.max);
  EXPECT_EQ(counts.get(1), info.max);
  EXPECT_EQ(counts.add_get(1, 1), info.min);
  EXPECT_EQ(counts.sub_get(1, 1), info.max);
  EXPECT_EQ(counts.take(1), info.max);
}

TYPED_TEST(counters_of_one_cell, a_bad_index_is_refused_and_changes_nothing) {
  using value = typename TypeParam::value_type;
  auto& counts = this->counters_;
  value expected = 0;
  const auto text = [](auto call) { return text_of<std::out_of_range>(call); };
  EXPECT_EQ(text([&] { counts.add_get(3, 1); }),
            "counters::add_get: index 3 is out of range; valid indexes are 1 to 2");
  EXPECT_EQ(text([&] { counts.sub_get(0, 1); }),
            "counters::sub_get: index 0 is out of range; valid indexes are 1 to 2");
  EXPECT_EQ(text([&] { static_cast<void>(counts.compare_exchange(3, expected, 1)); }),
            "counters::compare_exchange: index 3 is out of range; valid indexes are 1 to 2");
  EXPECT_EQ(expected, value{0});
  EXPECT_THAT(counts.snapshot(), Each(value{0}));
}

TEST(unsigned_counters, have_the_values_of_64_bits_without_a_sign) {
  counters<unsigned_atomics> counts(2);
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(counts.info().min, 0u);
  EXPECT_EQ(counts.info().max, most);
  counts.sub(1, 1);
  EXPECT_EQ(counts.get(1), most);
  EXPECT_EQ(counts.exchange(1, 7), most);
  std::array<std::uint64_t, 2> all{};
  counts.snapshot(all);
  EXPECT_THAT(all, ElementsAre(7u, 0u));
  counts.for_each([](std::size_t index, std::uint64_t value) { EXPECT_EQ(value, index == 1 ? 7u : 0u); });
}

template <class Counters>
class striped_counters : public testing::Test {};
using striped_kinds = testing::Types<counters<write_concurrency, basic_std_policy<true>>,
                                     counters<write_concurrency, nobody_owns>>;
TYPED_TEST_SUITE(striped_counters, striped_kinds);

TYPED_TEST(striped_counters, the_number_of_stripes_follows_the_machine_and_can_be_set) {
  EXPECT_EQ(TypeParam(1).stripes(), stillpoint::std_policy::concurrency());
  EXPECT_EQ(TypeParam(1, 1).stripes(), 1u);
  EXPECT_EQ(TypeParam(1, 1024).stripes(), 1024u);
}

TYPED_TEST(striped_counters, a_bad_number_of_stripes_is_refused) {
  EXPECT_EQ(text_of<std::invalid_argument>([] { TypeParam none(1, 0); }),
            "counters: 0 stripes; valid numbers of stripes are 1 to 1024");
  EXPECT_EQ(text_of<std::invalid_argument>([] { TypeParam many(1, 1025); }),
            "counters: 1025 stripes; valid numbers of stripes are 1 to 1024");
}

// More threads than stripes, one after the other and at the same time: some own one, some do not.
TYPED_TEST(striped_counters, no_write_is_lost_with_fewer_stripes_than_threads) {
  TypeParam counts(1, 2);
  for (int generation = 0; generation < 20; ++generation) {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 6; ++thread) {
      threads.emplace_back([&counts] {
        for (int write = 0; write < 500; ++write) counts.add(1, 1);
      });
    }
  }
  EXPECT_EQ(counts.get(1), 20 * 6 * 500);
  EXPECT_EQ(counts.take(1), 20 * 6 * 500);
}

// A thread that adds while its thread_local objects end has given its stripe back already.
TEST(striped_counters, no_write_is_lost_at_the_end_of_a_thread) {
  static counters<write_concurrency> counts(1, 2);
  struct adds_at_the_end {
    adds_at_the_end() = default;
    adds_at_the_end(const adds_at_the_end&) = delete;
    adds_at_the_end& operator=(const adds_at_the_end&) = delete;
    ~adds_at_the_end() { counts.add(1, 1); }
  };
  for (int round = 0; round < 10; ++round) {
    std::jthread([] {
      static thread_local const adds_at_the_end later;
      static_cast<void>(&later);
      counts.add(1, 1);
    }).join();
  }
  EXPECT_EQ(counts.get(1), 20);
}

TEST(counters_ref, is_of_the_kind_that_was_asked_for) {
  EXPECT_EQ(new_counters(1).kind(), counters_kind::atomics);
  EXPECT_EQ(new_counters(1, counters_kind::write_concurrency).kind(), counters_kind::write_concurrency);
  EXPECT_EQ(new_counters(1, "atomics").kind(), counters_kind::atomics);
  EXPECT_EQ(new_counters(1, "write_concurrency").kind(), counters_kind::write_concurrency);
}

TEST(counters_ref, an_unknown_option_is_refused) {
  EXPECT_EQ(text_of<std::invalid_argument>([] { (void)new_counters(1, "atomic"); }),
            "counters: unknown option 'atomic'; valid options are 'atomics' and 'write_concurrency'");
  EXPECT_THAT(text_of<std::invalid_argument>([] { (void)counters_kind_named(""); }), HasSubstr("''"));
  EXPECT_EQ(text_of<std::invalid_argument>([] { (void)new_counters(1, static_cast<counters_kind>(7)); }),
            "counters: unknown option 7; valid options are 0 (atomics) and 1 (write_concurrency)");
}

TEST(counters_ref, copies_are_the_same_array) {
  const counters_ref first = new_counters(2, counters_kind::write_concurrency);
  counters_ref second = first;
  counters_ref other = new_counters(2);
  EXPECT_EQ(first, second);
  EXPECT_NE(first, other);
  second.add(1, 5);
  EXPECT_EQ(first.get(1), 5);
  const counters_ref moved(std::move(other));
  other.add(1, 1);
  EXPECT_EQ(moved.get(1), 1) << "what was moved from is still a handle";
  other = second;
  EXPECT_EQ(other, first);
  const counters_ref& itself = other;
  other = itself;
  EXPECT_EQ(other.get(1), 5);
}

// Counts what lives.
struct counting_policy : basic_std_policy<true> {
  static inline int objects = 0;
  static inline int arrays = 0;

  template <class T, class... Args>
  static T* create(Args&&... args) {
    T* const made = basic_std_policy<true>::create<T>(std::forward<Args>(args)...);
    ++objects;
    return made;
  }
  template <class T>
  static void destroy(T* object) {
    --objects;
    basic_std_policy<true>::destroy(object);
  }
  template <class T>
  static T* create_array(std::size_t count, std::size_t alignment) {
    ++arrays;
    return basic_std_policy<true>::create_array<T>(count, alignment);
  }
  template <class T>
  static void destroy_array(T* first, std::size_t count, std::size_t alignment) {
    --arrays;
    basic_std_policy<true>::destroy_array(first, count, alignment);
  }
};

TEST(counters_ref, last_owner_frees) {
  for (const auto kind : {counters_kind::atomics, counters_kind::write_concurrency}) {
    std::optional<basic_counters_ref<counting_policy>> first(std::in_place, std::size_t{1}, kind);
    std::optional<basic_counters_ref<counting_policy>> second(first);
    first.reset();
    EXPECT_EQ(counting_policy::objects, 1);
    EXPECT_EQ(counting_policy::arrays, 1);
    second->add(1, 1);
    EXPECT_EQ(second->get(1), 1);
    second.reset();
    EXPECT_EQ(counting_policy::objects, 0);
    EXPECT_EQ(counting_policy::arrays, 0);
  }
  EXPECT_THROW(basic_counters_ref<counting_policy>(0), std::invalid_argument);
  EXPECT_EQ(counting_policy::arrays, 0);
}

}  // namespace
