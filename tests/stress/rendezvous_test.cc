// SPDX-License-Identifier: BSL-1.0
// The rendezvous under load by real threads: what it promises is asserted, on plain memory, so that a
// sanitizer sees what the assertions miss.

#include "stillpoint/rendezvous.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "stillpoint/rendezvous_storage.hpp"
#include "tests/stress/crowd.hpp"
#include "tests/unit/rendezvous_kinds.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::meeting;
using stillpoint::waiting;
using stillpoint::tests::demand;

constexpr auto time_for_each = 300ms;
constexpr std::uint64_t least_rounds = 100;

using checked = stillpoint::basic_std_policy<true>;
using unchecked = stillpoint::basic_std_policy<false>;

// Several places, so that a write that is not over leaves them different.
struct places {
  std::array<std::uint64_t, 8> of{};

  void set(std::uint64_t value) {
    for (auto& each : of) each = value;
  }
  void demand_all(std::uint64_t value) const {
    for (const auto each : of) demand(each == value, "what the other side wrote before is there, as a whole");
  }
};

template <class Policy, class Word, unsigned GenerationBits>
struct owned {
  using endpoint = stillpoint::basic_rendezvous_data<places, Policy, Word, GenerationBits>;
  static auto make() { return stillpoint::make_rendezvous_data<places, Policy, Word, GenerationBits>(); }
};

// Its storage lives as long as the pair.
template <class Policy, class Word, unsigned GenerationBits>
struct stored {
  using storage = stillpoint::rendezvous_storage<places, Policy, Word, GenerationBits>;
  using endpoint = typename storage::endpoint;
  struct both {
    std::unique_ptr<storage> place = std::make_unique<storage>();
    std::pair<endpoint, endpoint> sides = place->endpoints();
    endpoint& first = sides.first;
    endpoint& second = sides.second;
  };
  static both make() { return {}; }
};

template <class Kind>
class rendezvous_stress : public testing::Test {
 protected:
  using side = typename Kind::endpoint;

  static std::uint64_t mark(unsigned index, std::uint64_t round) { return 2 * round + index; }

  // Runs `part(endpoint, index)` on two threads; rethrows what one of them threw.
  template <class Part>
  static void on_two_threads(Part part) {
    auto both = Kind::make();
    std::array<std::exception_ptr, 2> thrown;
    const auto run = [&](side mine, unsigned index) {
      try {
        part(mine, index);
      } catch (...) {
        thrown[index] = std::current_exception();
      }
    };
    {
      std::jthread other([&] { run(std::move(both.second), 1); });
      run(std::move(both.first), 0);
    }
    for (const auto& each : thrown) {
      if (each) std::rethrow_exception(each);
    }
  }
};

using kinds = testing::Types<owned<checked, std::size_t, 31>, owned<unchecked, std::uint8_t, 2>,
                             stored<checked, std::uint8_t, 2>, stored<unchecked, std::size_t, 31>>;
TYPED_TEST_SUITE(rendezvous_stress, kinds);

// Side 0 decides when it has been enough: it leaves, and the other side finds out.
TYPED_TEST(rendezvous_stress, each_datum_has_one_holder) {
  std::uint64_t rounds = 0;
  this->on_two_threads([&rounds](auto& mine, unsigned index) {
    const auto started = std::chrono::steady_clock::now();
    for (std::uint64_t round = 0;; ++round) {
      mine.held().set(TestFixture::mark(index, round));
      if (index == 0 && round > least_rounds && std::chrono::steady_clock::now() - started > time_for_each) {
        break;
      }
      const waiting how = round % 64 == 0 ? waiting::sleeping : waiting::patiently;
      if (mine.wait(how) != meeting::met) {
        demand(index == 1, "the side that leaves is not left");
        mine.held().demand_all(TestFixture::mark(index, round));
        break;
      }
      mine.held().demand_all(TestFixture::mark(index ^ 1u, round));
      if (index == 0) rounds = round;
    }
  });
  EXPECT_GE(rounds, least_rounds);
  this->RecordProperty("rounds", std::to_string(rounds));
}

// Both sides give up all the time, and come back.
TYPED_TEST(rendezvous_stress, giving_up_keeps_the_arrival) {
  std::array<std::uint64_t, 2> given_up{};
  this->on_two_threads([&given_up](auto& mine, unsigned index) {
    const auto started = std::chrono::steady_clock::now();
    for (std::uint64_t round = 0;; ++round) {
      mine.held().set(TestFixture::mark(index, round));
      if (index == 0 && round > least_rounds && std::chrono::steady_clock::now() - started > time_for_each)
        break;
      meeting seen = meeting::not_yet;
      while (seen == meeting::not_yet) {
        seen = round % 2 == 0 ? mine.try_wait() : mine.wait_for(std::chrono::nanoseconds(round % 4096));
        if (seen == meeting::not_yet) {
          ++given_up[index];
          std::this_thread::yield();
        }
      }
      if (seen == meeting::disconnected) break;
      mine.held().demand_all(TestFixture::mark(index ^ 1u, round));
    }
  });
  EXPECT_GT(given_up[0] + given_up[1], 0u);
}

// Pairs that live for some meetings, and whose sides leave at any moment of the other's: nothing hangs,
// nothing is used after its end or left over, as a sanitizer sees.
TYPED_TEST(rendezvous_stress, the_last_to_leave_cleans_up) {
  const auto started = std::chrono::steady_clock::now();
  unsigned pairs = 0;
  for (; std::chrono::steady_clock::now() - started < time_for_each || pairs < 20; ++pairs) {
    std::array<unsigned, 2> met{};
    this->on_two_threads([&met, pairs](auto& mine, unsigned index) {
      const unsigned most = index == 0 ? pairs % 7 : pairs % 5;
      while (met[index] < most && mine.wait() == meeting::met) {
        ++met[index];
        mine.held().set(met[index]);
      }
    });
    const unsigned expected = std::min(pairs % 7, pairs % 5);
    EXPECT_EQ(met[0], expected);
    EXPECT_EQ(met[1], expected);
  }
}

}  // namespace
