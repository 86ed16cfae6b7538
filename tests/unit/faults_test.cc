// SPDX-License-Identifier: BSL-1.0
// Primitives where memory, constructors, resets or locks fail, at every place: what was before still is,
// nothing is leaked, no lock stays held, and later calls work.

#include "tests/unit/faults.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "stillpoint/counters.hpp"
#include "stillpoint/counters_ref.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/rendezvous.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/std_policy.hpp"
#include "stillpoint/tracker.hpp"
#include "stillpoint/writer_reader_phaser.hpp"

namespace {

using stillpoint::basic_std_policy;
using stillpoint::tests::fault_point;
using stillpoint::tests::for_every_fault;
using stillpoint::tests::fragile;

void report_leak(int n) {
  ADD_FAILURE() << "fault " << n << " has leaked";
}

// A mutex whose lock may fail, as std::mutex's may.
class fragile_mutex {
 public:
  void lock() {
    fault_point();
    mutex_.lock();
  }
  bool try_lock() { return mutex_.try_lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

struct fragile_locks : basic_std_policy<true> {
  using mutex = fragile_mutex;
};
static_assert(stillpoint::atomics_policy<fragile_locks>);

void on_another_thread(const std::function<void()>& call) {
  std::thread(call).join();
}

struct nothing {};

// What is made leaves nothing behind, whether it could be made or not. Returns how many faults were tried.
int expect_made_or_nothing(const std::function<void()>& make) {
  return for_every_fault<nothing>([&make](nothing&) { make(); }, [](nothing&, bool) {}, report_leak);
}

TEST(construction, leaves_nothing_behind_where_it_fails) {
  using stillpoint::counters;
  EXPECT_GE(expect_made_or_nothing([] { const counters<> made(3); }), 1);
  EXPECT_GE(expect_made_or_nothing([] { const counters<stillpoint::write_concurrency> made(3, 2); }), 1);
  EXPECT_GE(expect_made_or_nothing([] { const stillpoint::snapshot_counters<> made(3, 2); }), 1);
  for (const auto kind : {stillpoint::counters_kind::atomics, stillpoint::counters_kind::write_concurrency}) {
    EXPECT_GE(expect_made_or_nothing([kind] {
                const stillpoint::counters_ref made(3, kind);
                const stillpoint::counters_ref copy = made;
                EXPECT_EQ(copy.get(1), 0);
              }),
              2);
  }
}

TEST(construction, of_refused_arguments_leaves_nothing_behind) {
  const auto make_all = [] {
    const auto refused = [](const std::function<void()>& make) {
      try {
        make();
        ADD_FAILURE() << "not refused";
      } catch (const std::logic_error&) {
      }
    };
    refused([] { const stillpoint::counters<> made(0); });
    refused([] { const stillpoint::counters<> made(static_cast<std::size_t>(-1)); });
    refused([] { const stillpoint::snapshot_counters<> made(1, 0); });
    refused([] { const stillpoint::counters_ref made(0); });
    refused([] { static_cast<void>(stillpoint::new_counters(1, "none of them")); });
  };
  expect_made_or_nothing(make_all);
}

TEST(construction, of_a_rendezvous_leaves_nothing_behind_where_it_fails) {
  EXPECT_GE(expect_made_or_nothing([] { const auto made = stillpoint::make_rendezvous(); }), 1);
  EXPECT_EQ(expect_made_or_nothing([] { const auto made = stillpoint::make_rendezvous_data<fragile>(); }), 3);
  EXPECT_EQ(expect_made_or_nothing([] { const auto made = stillpoint::make_rendezvous_data<fragile>(1, 2); }),
            3);
}

TEST(construction, of_a_recorder_leaves_nothing_behind_where_it_fails) {
  using recorder = stillpoint::recorder<fragile>;
  EXPECT_GE(expect_made_or_nothing([] { const recorder made; }), 2);
  EXPECT_GE(expect_made_or_nothing([] { const recorder made(std::in_place, 7); }), 2);
}

template <class P>
class taking : public testing::Test {
 protected:
  // One interval is over, and something was added in the second.
  struct subject {
    stillpoint::snapshot_counters<P> counts{2, 2};
    std::vector<std::int64_t> values = std::vector<std::int64_t>(2);

    subject() {
      counts.take_into(values);
      counts.add(0, 5);
      counts.add(1, 6);
    }
  };

  static void expect_taken_or_as_before(subject& s, bool threw) {
    std::vector<std::int64_t> rest(2);
    EXPECT_EQ(s.counts.take_into(rest), threw ? 1u : 2u) << "the number of the interval";
    EXPECT_EQ(rest, threw ? (std::vector<std::int64_t>{5, 6}) : (std::vector<std::int64_t>{0, 0}));
  }
};

using taking_policies = testing::Types<basic_std_policy<true>, fragile_locks>;
TYPED_TEST_SUITE(taking, taking_policies);

TYPED_TEST(taking, that_fails_loses_no_interval) {
  using fixture = taking<TypeParam>;
  using subject_type = typename fixture::subject;
  EXPECT_GE(for_every_fault<subject_type>([](subject_type& s) { s.values = s.counts.take(); },
                                          fixture::expect_taken_or_as_before, report_leak),
            1);
  for_every_fault<subject_type>([](subject_type& s) { s.counts.take_into(s.values); },
                                fixture::expect_taken_or_as_before, report_leak);
}

TYPED_TEST(taking, into_a_span_that_is_refused_loses_no_interval) {
  using fixture = taking<TypeParam>;
  using subject_type = typename fixture::subject;
  for (const std::size_t size : {0u, 1u, 3u}) {
    const auto take_into = [size](subject_type& s) {
      std::vector<std::int64_t> wrong(size, 77);
      EXPECT_THROW(s.counts.take_into(wrong), std::exception);
      EXPECT_EQ(wrong, std::vector<std::int64_t>(size, 77));
      throw std::runtime_error("as expected");
    };
    for_every_fault<subject_type>(take_into, fixture::expect_taken_or_as_before, report_leak);
  }
}

TEST(adding, to_an_index_that_is_refused_adds_nothing_and_holds_no_token) {
  struct subject {
    stillpoint::snapshot_counters<> counts{2, 2};
  };
  for_every_fault<subject>([](subject& s) { s.counts.add(2, 1); },
                           [](subject& s, bool threw) {
                             EXPECT_TRUE(threw);
                             EXPECT_EQ(s.counts.take(), (std::vector<std::int64_t>{0, 0}));
                           },
                           report_leak);
}

TEST(increments, whose_lock_fails_have_not_begun) {
  struct subject {
    stillpoint::tracker<fragile_locks> tracked;
  };
  const auto expect = [](subject& s, bool threw) {
    EXPECT_EQ(s.tracked.generation(), threw ? 0u : 1u);
    on_another_thread([&s] { s.tracked.increment(); });
    EXPECT_EQ(s.tracked.generation(), threw ? 1u : 2u);
  };
  EXPECT_EQ(for_every_fault<subject>([](subject& s) { s.tracked.increment(); }, expect, report_leak), 1);
  EXPECT_EQ(for_every_fault<subject>([](subject& s) { s.tracked.synchronize(); }, expect, report_leak), 1);
}

TEST(reader_lock, that_fails_is_not_held) {
  using phaser = stillpoint::writer_reader_phaser<fragile_locks>;
  struct subject {
    const std::unique_ptr<phaser> owned = std::make_unique<phaser>();
  };
  const auto expect = [](subject& s, bool threw) {
    EXPECT_TRUE(threw);
    EXPECT_THROW(s.owned->flip_phase(), std::logic_error);
    EXPECT_THROW(s.owned->reader_unlock(), std::logic_error);
    on_another_thread([&s] { s.owned->lock_reader().flip(); });
    s.owned->lock_reader().flip();
    on_another_thread([&s] { s.owned->lock_reader().flip(); });
  };
  const auto lock = [](subject& s) {
    s.owned->reader_lock();
    s.owned->reader_unlock();
    throw std::runtime_error("as expected");
  };
  EXPECT_GE(for_every_fault<subject>(lock, expect, report_leak), 1);
  const auto guard = [](subject& s) {
    s.owned->lock_reader().flip();
    throw std::runtime_error("as expected");
  };
  EXPECT_GE(for_every_fault<subject>(guard, expect, report_leak), 1);
}

template <class P>
class sampling : public testing::Test {
 protected:
  using recorder_type = stillpoint::recorder<fragile, P>;

  // 5 was recorded.
  struct subject {
    recorder_type recorder;

    subject() {
      recorder.record([](fragile& active) { active.number += 5; });
    }
  };

  static void expect_usable(recorder_type& recorder, int recorded) {
    recorder.record([](fragile& active) { ++active.number; });
    on_another_thread([&] { EXPECT_EQ(recorder.sample()->number, recorded + 1); });
    on_another_thread([&] { EXPECT_EQ(recorder.sample()->number, 0); });
    EXPECT_EQ(recorder.sample()->number, 0);
  }
};

using sampling_policies = testing::Types<basic_std_policy<true>, fragile_locks>;
TYPED_TEST_SUITE(sampling, sampling_policies);

TYPED_TEST(sampling, that_fails_goes_on_with_the_interval_and_holds_no_lock) {
  using fixture = sampling<TypeParam>;
  using subject_type = typename fixture::subject;
  const auto sample = [](subject_type& s) { EXPECT_EQ(s.recorder.sample()->number, 5); };
  const auto expect = [](subject_type& s, bool threw) { fixture::expect_usable(s.recorder, threw ? 5 : 0); };
  // A new one is made and assigned.
  EXPECT_GE(for_every_fault<subject_type>(sample, expect, report_leak), 2);
}

TYPED_TEST(sampling, into_a_buffer_that_is_refused_holds_no_lock) {
  using fixture = sampling<TypeParam>;
  using subject_type = typename fixture::subject;
  const auto sample_into = [](subject_type& s) {
    fragile buffer(70);
    s.recorder.sample_into(buffer);
    EXPECT_EQ(buffer.number, 5);
  };
  // An interval whose swap fails is over.
  const auto expect = [](subject_type& s, bool) {
    on_another_thread([&s] { static_cast<void>(s.recorder.sample()); });
    fixture::expect_usable(s.recorder, 0);
  };
  EXPECT_GE(for_every_fault<subject_type>(sample_into, expect, report_leak), 6);
}

TYPED_TEST(sampling, goes_on_after_a_recording_that_failed) {
  using fixture = sampling<TypeParam>;
  using subject_type = typename fixture::subject;
  const auto record = [](subject_type& s) {
    s.recorder.record([](fragile& active) {
      const fragile more(2);
      active.number += more.number;
    });
  };
  const auto expect = [](subject_type& s, bool threw) { fixture::expect_usable(s.recorder, threw ? 5 : 7); };
  EXPECT_GE(for_every_fault<subject_type>(record, expect, report_leak), 1);
}

TEST(for_each, that_fails_has_changed_nothing) {
  struct subject {
    stillpoint::counters_ref counts = stillpoint::new_counters(3);
  };
  const auto visit = [](subject& s) { s.counts.for_each([](std::size_t, std::int64_t) { fault_point(); }); };
  const auto expect = [](subject& s, bool) {
    s.counts.add(1, 1);
    EXPECT_EQ(s.counts.get(1), 1);
  };
  EXPECT_EQ(for_every_fault<subject>(visit, expect, report_leak), 3);
}

// Whatever throws while a side holds something leaves it to that side, and the other as it is.
TEST(swapping, with_nobody_there_throws_and_keeps_what_is_held) {
  struct subject {
    std::pair<stillpoint::rendezvous_data<fragile>, stillpoint::rendezvous_data<fragile>> sides =
        stillpoint::make_rendezvous_data<fragile>(1, 2);
  };
  const auto swap = [](subject& s) {
    { const auto gone = std::move(s.sides.second); }
    static_cast<void>(s.sides.first.swap());
  };
  const auto expect = [](subject& s, bool threw) {
    EXPECT_TRUE(threw);
    EXPECT_EQ(s.sides.first.held().number, 1);
  };
  for_every_fault<subject>(swap, expect, report_leak);
}

TEST(std_policy_create, leaves_nothing_behind_where_it_fails) {
  using policy = basic_std_policy<true>;
  EXPECT_EQ(expect_made_or_nothing([] { policy::destroy(policy::create<fragile>(3)); }), 2);
  EXPECT_EQ(expect_made_or_nothing(
                [] { policy::destroy_array(policy::create_array<std::int64_t>(5, 128), 5, 128); }),
            1);
}

TEST(token, that_an_exception_passes_is_released) {
  struct subject {
    stillpoint::tracker<> tracked;
  };
  const auto hold = [](subject& s) {
    const auto token = s.tracked.acquire();
    fault_point();
    const fragile used(1);
  };
  const auto expect = [](subject& s, bool) { EXPECT_TRUE(s.tracked.begin_increment().try_wait()); };
  EXPECT_EQ(for_every_fault<subject>(hold, expect, report_leak), 2);
}

}  // namespace
