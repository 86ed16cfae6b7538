// SPDX-License-Identifier: BSL-1.0
// atomic_value and any_value under load: the original's test for torn values, readers that hold values for
// long, threads that come and go, and snapshots given up where they were not taken.

#include "stillpoint/atomic_value.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "stillpoint/any_value.hpp"
#include "stillpoint/std_policy.hpp"
#include "tests/stress/crowd.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::any_value;
using stillpoint::atomic_value;
using stillpoint::basic_std_policy;
using stillpoint::reclaim_after;
using stillpoint::tests::crowd;
using stillpoint::tests::demand;

constexpr auto a_while = 300ms;
constexpr std::uint64_t rounds = 500;

// Owns a stripe at one call and not at the next.
struct sometimes_owns : basic_std_policy<true> {
  static std::size_t owned_stripe() noexcept {
    static thread_local constinit unsigned calls = 0;
    return ++calls % 3 == 0 ? stillpoint::no_stripe : basic_std_policy<true>::owned_stripe();
  }
};

unsigned four_times_as_many_as_cores() {
  return 4 * std::max(1u, std::thread::hardware_concurrency());
}

// The original's TestValueConcurrent: every thread stores and loads.
template <class T, std::size_t Size>
void expect_no_torn_value(const std::array<T, Size>& values) {
  atomic_value<T> value;
  any_value<> any;
  std::atomic<std::uint64_t> done{0};
  crowd threads;
  for (unsigned i = 0; i < four_times_as_many_as_cores(); ++i) {
    threads.add([&, random = std::minstd_rand(i)]() mutable {
      const T chosen = values[random() % Size];
      value.store(chosen);
      any.store(chosen);
      const auto is_one = [&](const T* found) {
        demand(found != nullptr && std::find(values.begin(), values.end(), *found) != values.end(),
               "a load returned what nobody stored");
      };
      is_one(value.load().get());
      is_one(any.load().template get<T>());
      done.fetch_add(1, std::memory_order_relaxed);
    });
  }
  threads.work_for(a_while / 2, done, rounds);
}

TEST(atomic_value_under_load, loads_return_what_was_stored) {
  expect_no_torn_value(std::array<std::uint8_t, 4>{0, 0xff, 1 + 2, 3 + 4});
  expect_no_torn_value(std::array<std::uint16_t, 4>{0, 0xffff, 1 + (2 << 8), 3 + (4 << 8)});
  expect_no_torn_value(std::array<std::uint32_t, 4>{0, ~0u, 1 + (2 << 16), 3 + (4 << 16)});
  expect_no_torn_value(
      std::array<std::uint64_t, 4>{0, ~std::uint64_t{0}, 1 + (2ull << 32), 3 + (4ull << 32)});
  expect_no_torn_value(std::array<std::complex<double>, 4>{{{0, 0}, {1, 2}, {3, 4}, {5, 6}}});
}

// A number that knows whether it is alive.
class witness {
 public:
  static inline std::atomic<std::int64_t> alive{0};

  explicit witness(std::uint64_t number) : number_(number), check_(~number) { alive.fetch_add(1); }
  witness(const witness&) = delete;
  witness& operator=(const witness&) = delete;
  ~witness() {
    number_ = check_ = 0;
    alive.fetch_sub(1);
  }

  std::uint64_t number() const {
    demand(number_ == ~check_, "a held value was destroyed");
    return number_;
  }

 private:
  std::uint64_t number_;
  std::uint64_t check_;
};

template <class P>
class atomic_value_under_load_of : public testing::Test {
 protected:
  using value_type = atomic_value<witness, P>;
  using snapshot = typename value_type::snapshot;

  ~atomic_value_under_load_of() override { EXPECT_EQ(witness::alive.load(), 0); }

  std::atomic<std::uint64_t> rounds_{0};
  std::atomic<std::uint64_t> next_{1};

  void count() { rounds_.fetch_add(1, std::memory_order_relaxed); }
};

using policies = testing::Types<basic_std_policy<true>, basic_std_policy<false>, sometimes_owns>;
TYPED_TEST_SUITE(atomic_value_under_load_of, policies);

TYPED_TEST(atomic_value_under_load_of, held_values_stay_alive) {
  typename TestFixture::value_type value(reclaim_after{2});
  value.emplace(0u);
  crowd threads;
  const auto hold = [&] {
    const auto first = value.load();
    const auto second = value.load();
    const auto owner = value.load_shared();
    std::this_thread::yield();
    demand(first->number() <= second->number() && second->number() <= owner->number(),
           "a thread's loads went back in time");
    this->count();
  };
  for (int i = 0; i < 2; ++i) threads.add(hold);
  for (int i = 0; i < 2; ++i) threads.add_short_lived(20, hold);
  threads.add([&, n = std::uint64_t{0}]() mutable { value.emplace(++n); });
  threads.work_for(a_while, this->rounds_, rounds);
}

// They wait in a pool, and whoever comes by reads and drops one.
TYPED_TEST(atomic_value_under_load_of, snapshots_may_change_threads) {
  typename TestFixture::value_type value(reclaim_after{2});
  value.emplace(0u);
  std::mutex guard;
  std::array<typename TestFixture::snapshot, 40> pool;
  crowd threads;
  const auto exchange = [&, random = std::minstd_rand(1)]() mutable {
    auto mine = value.load();
    {
      const std::lock_guard hold(guard);
      std::swap(mine, pool[random() % pool.size()]);
    }
    if (mine) mine->number();
    this->count();
  };
  for (int i = 0; i < 3; ++i) threads.add(exchange);
  threads.add_short_lived(20, exchange);
  threads.add([&, n = std::uint64_t{0}]() mutable { value.emplace(++n); });
  threads.work_for(a_while, this->rounds_, rounds);
}

TYPED_TEST(atomic_value_under_load_of, no_update_is_lost) {
  typename TestFixture::value_type value;
  crowd threads;
  const auto update = [&] {
    // A witness cannot be moved, nor copied: its number can.
    value.update([](const auto& now) { return now ? now->number() + 1 : std::uint64_t{1}; });
    this->count();
  };
  for (int i = 0; i < 3; ++i) threads.add(update);
  threads.add_short_lived(20, update);
  threads.work_for(a_while, this->rounds_, rounds);
  EXPECT_EQ(value.load()->number(), this->rounds_.load());
}

TYPED_TEST(atomic_value_under_load_of, swap_returns_what_it_replaced) {
  atomic_value<std::uint64_t, TypeParam> value;
  std::atomic<std::uint64_t> put{0};
  std::atomic<std::uint64_t> got{0};
  crowd threads;
  for (int i = 0; i < 3; ++i) {
    threads.add([&] {
      const std::uint64_t mine = this->next_.fetch_add(1);
      put.fetch_add(mine);
      const auto previous = value.swap(mine);
      if (previous) got.fetch_add(*previous);
      this->count();
    });
  }
  threads.work_for(a_while, this->rounds_, rounds);
  EXPECT_EQ(got.load() + *value.load(), put.load());
}

TYPED_TEST(atomic_value_under_load_of, compare_exchange_replaces_only_what_it_expects) {
  atomic_value<std::uint64_t, TypeParam> value;
  value.store(0);
  crowd threads;
  for (int i = 0; i < 3; ++i) {
    threads.add([&, by_value = i == 0] {
      auto now = value.load();
      const std::uint64_t next = *now + 1;
      if (by_value ? value.compare_exchange(next - 1, next) : value.compare_exchange(now, next)) {
        this->count();
      }
    });
  }
  threads.work_for(a_while, this->rounds_, rounds);
  EXPECT_EQ(*value.load(), this->rounds_.load());
}

// In the number of threads, not of stores, of which there are many more.
TYPED_TEST(atomic_value_under_load_of, retired_values_are_few) {
  constexpr int writers = 3, readers = 2, held_each = 3, batch = 8;
  typename TestFixture::value_type value(reclaim_after{batch});
  value.emplace(0u);
  std::atomic<std::int64_t> most{0};
  crowd threads;
  for (int i = 0; i < writers; ++i) {
    threads.add([&] {
      value.emplace(this->next_.fetch_add(1));
      const std::int64_t alive = witness::alive.load();
      std::int64_t before = most.load();
      while (before < alive && !most.compare_exchange_weak(before, alive)) {
      }
      this->count();
    });
  }
  for (int i = 0; i < readers; ++i) {
    threads.add([&] {
      std::array<typename TestFixture::snapshot, held_each> held;
      for (auto& each : held) each = value.load();
      for (auto& each : held) each->number();
    });
  }
  threads.work_for(a_while, this->rounds_, 10 * rounds);
  // The bound on the page, and the current one.
  constexpr int stores = 1 + writers;
  EXPECT_LE(most.load(), 1 + (batch + writers + readers * held_each) * stores * stores);
}

TYPED_TEST(atomic_value_under_load_of, superseded_values_are_destroyed_once) {
  {
    typename TestFixture::value_type value;
    crowd threads;
    const auto store = [&] {
      value.emplace(this->next_.fetch_add(1));
      this->count();
    };
    for (int i = 0; i < 2; ++i) threads.add(store);
    threads.add_short_lived(10, store);
    threads.work_for(a_while, this->rounds_, rounds);
  }
  EXPECT_EQ(witness::alive.load(), 0);
}

TYPED_TEST(atomic_value_under_load_of, shared_owners_outlive_the_value) {
  std::mutex guard;
  std::array<typename TestFixture::value_type::owner, 8> pool;
  crowd threads;
  for (int i = 0; i < 3; ++i) {
    threads.add([&, random = std::minstd_rand(static_cast<unsigned>(i + 1))]() mutable {
      typename TestFixture::value_type value;
      value.emplace(random());
      auto mine = value.load_shared();
      value.emplace(1u);
      const std::lock_guard hold(guard);
      auto& place = pool[random() % pool.size()];
      if (place) place->number();
      place = mine;
      this->count();
    });
  }
  threads.work_for(a_while, this->rounds_, rounds);
}

// Each leaves one more when it is destroyed, which leaves none.
template <class P>
struct testator {
  using home_type = atomic_value<testator, P>;

  testator(home_type& where, bool heir) : home(where), leaves_one(heir) {}
  testator(const testator&) = delete;
  testator& operator=(const testator&) = delete;
  ~testator() {
    static_cast<void>(home.load());
    if (leaves_one) home.emplace(home, false);
  }
  home_type& home;
  bool leaves_one;
};

TYPED_TEST(atomic_value_under_load_of, destructors_may_store_and_load) {
  atomic_value<testator<TypeParam>, TypeParam> value(reclaim_after{2});
  value.emplace(value, true);
  crowd threads;
  for (int i = 0; i < 3; ++i) {
    threads.add([&] {
      value.emplace(value, true);
      static_cast<void>(value.load()->leaves_one);
      this->count();
    });
  }
  threads.work_for(a_while, this->rounds_, rounds);
}

// Others get the core right before a value is changed.
struct hesitant : basic_std_policy<true> {
  template <class T>
  struct atomic : std::atomic<T> {
    using std::atomic<T>::atomic;

    T exchange(T value, std::memory_order order) {
      std::this_thread::yield();
      return std::atomic<T>::exchange(value, order);
    }
    bool compare_exchange_strong(T& expected, T value, std::memory_order success, std::memory_order failure) {
      std::this_thread::yield();
      return std::atomic<T>::compare_exchange_strong(expected, value, success, failure);
    }
  };
};

// Two threads that store into the same values in the same order, each another type: now and then both are
// first.
class first_stores {
 public:
  // Stores `number` into each and says which ones refused it.
  template <class T>
  std::vector<bool> store_in_each(T number) {
    // Both begin at the same time.
    ready_.fetch_add(1);
    while (ready_.load() < 2) std::this_thread::yield();
    std::vector<bool> refused;
    for (auto& each : values_) {
      refused.push_back(is_refused([&] { each.store(number); }));
      const auto now = each.load();
      const bool is_mine = now.template holds<T>();
      if (is_mine == refused.back() || now.template holds<int>() == now.template holds<double>()) ++wrong_;
    }
    return refused;
  }

  std::size_t size() const { return values_.size(); }
  int wrong() const { return wrong_.load(); }

 private:
  template <class Store>
  static bool is_refused(Store store) {
    try {
      store();
    } catch (const std::invalid_argument&) {
      return true;
    }
    return false;
  }

  std::array<any_value<hesitant>, 100> values_;
  std::atomic<int> ready_{0};
  std::atomic<int> wrong_{0};
};

TEST(any_value_under_load, first_store_fixes_the_type) {
  std::atomic<std::uint64_t> done{0};
  crowd threads;
  threads.add([&] {
    first_stores race;
    std::vector<bool> other;
    std::thread second([&] { other = race.store_in_each(1.5); });
    const std::vector<bool> one = race.store_in_each(1);
    second.join();
    demand(race.wrong() == 0, "who is not refused finds its own value, the other one the other's");
    for (std::size_t i = 0; i < race.size(); ++i) demand(one[i] != other[i], "one of the two is refused");
    done.fetch_add(1, std::memory_order_relaxed);
  });
  threads.work_for(2 * a_while, done, rounds / 10);
}

TEST(atomic_value_under_load, starts_empty) {
  std::atomic<std::uint64_t> done{0};
  crowd threads;
  for (int i = 0; i < 2; ++i) {
    threads.add([&] {
      atomic_value<witness> value;
      demand(!value.load(), "empty at first");
      std::thread other([&] { value.emplace(7u); });
      const auto now = value.load();
      demand(!now || now->number() == 7, "nothing, or the whole first value");
      other.join();
      done.fetch_add(1, std::memory_order_relaxed);
    });
  }
  threads.work_for(a_while, done, rounds / 5);
}

struct fragile {
  explicit fragile(std::uint64_t n) : number(n) {
    if (n % 2 == 0) throw std::runtime_error("even");
  }
  std::uint64_t number;
};

TEST(atomic_value_under_load, failed_stores_change_nothing) {
  atomic_value<fragile> value;
  value.emplace(1u);
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> next{1};
  crowd threads;
  for (int i = 0; i < 3; ++i) {
    threads.add([&] {
      const std::uint64_t n = next.fetch_add(1);
      bool failed = false;
      try {
        value.emplace(n);
      } catch (const std::runtime_error&) {
        failed = true;
      }
      demand(failed == (n % 2 == 0), "an even number cannot be made");
      demand(value.load()->number % 2 == 1, "and is never there");
      done.fetch_add(1, std::memory_order_relaxed);
    });
  }
  threads.work_for(a_while, done, rounds);
}

}  // namespace
