// SPDX-License-Identifier: BSL-1.0
//
// The library's types as a product names them, with their production shapes: what a user's own program sees.
#include <atomic>
#include <cassert>
#include <thread>
#include <utility>

#include "stillpoint/atomic_value.hpp"
#include "stillpoint/counters.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/tracker.hpp"
#include "verify/native/testing.hpp"

namespace {

using stillpoint::verify::native::expect_fails;
using stillpoint::verify::native::expect_passes;

struct traffic {
  std::atomic<long> requests{0};
  void reset() { requests = 0; }
};

TEST(products, record_and_sample) {
  expect_passes([] {
    stillpoint::recorder<traffic> recorder;
    std::thread server([&] { recorder.record([](traffic& active) { ++active.requests; }); });
    long seen = recorder.sample()->requests;
    server.join();
    seen += recorder.sample()->requests;
    assert(seen == 1);
  });
}

void waits_for_an_earlier_token() {
  stillpoint::tracker tracker;
  int data = 0;
  std::thread user([&, held = tracker.acquire()]() mutable {
    const auto mine = std::move(held);
    data = 1;
  });
  tracker.increment();
  data = 2;
  user.join();
}

// Which the increment may not have met.
void waits_for_a_later_token() {
  stillpoint::tracker tracker;
  int data = 0;
  std::thread user([&] {
    const auto mine = tracker.acquire();
    data = 1;
  });
  tracker.increment();
  data = 2;
  user.join();
}

TEST(products, wait_for_the_tokens_of_a_generation) {
  expect_passes(waits_for_an_earlier_token);
  expect_fails(waits_for_a_later_token, "data race");
}

TEST(products, replace_a_value) {
  expect_passes([] {
    stillpoint::atomic_value<int> value;
    value.store(1);
    std::thread writer([&] { value.store(2); });
    const auto seen = value.load();
    assert(*seen == 1 || *seen == 2);
    writer.join();
  });
}

TEST(products, count) {
  expect_passes([] {
    stillpoint::counters<stillpoint::write_concurrency> counters(2);
    std::thread other([&] { counters.add(1, 1); });
    counters.add(1, 1);
    other.join();
    assert(counters.get(1) == 2);
  });
}

}  // namespace
