// SPDX-License-Identifier: BSL-1.0
//
// What products do with the library and the pages' examples do not: for the compilers' warnings.

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/atomic_value.hpp"
#include "stillpoint/recorder.hpp"
#include "stillpoint/rendezvous.hpp"
#include "stillpoint/snapshot_counters.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/tracker.hpp"
#include "tests/headers/usage.hpp"

using tracker = stillpoint::tracker<>;

std::uint64_t token_in_a_lambda(tracker& tracked) {
  auto later = [inside = tracked.acquire()]() mutable {
    const auto generation_now = inside.generation();
    inside.release();
    return generation_now;
  };
  return later();
}

std::uint64_t token_in_an_optional(tracker& tracked, bool hold) {
  std::optional<tracker::token> inside;
  if (hold) inside = tracked.acquire();
  const std::uint64_t generation_now = inside ? inside->generation() : 0;
  inside.reset();
  return generation_now;
}

std::uint64_t tokens_in_a_vector(tracker& tracked) {
  std::vector<tracker::token> inside;
  for (int i = 0; i < 3; ++i) inside.push_back(tracked.acquire());
  const tracker::token moved = std::move(inside.back());
  inside.pop_back();
  return moved.generation() + inside.front().generation();
}

bool pending_in_a_function(tracker& tracked) {
  const std::function<bool()> is_over = [old = tracked.begin_increment()] { return old.try_wait(); };
  return is_over();
}

int sections_that_throw(stillpoint::striped_writer_reader_phaser<>& phaser) {
  try {
    const stillpoint::striped_writer_reader_phaser<>::writer_section inside(phaser);
    throw 1;
  } catch (int thrown) {
    return thrown;
  }
}

// Moved about, as products do.
unsigned sections_by_tokens(stillpoint::asymmetric_writer_reader_phaser<>& phaser) {
  std::vector<stillpoint::asymmetric_writer_reader_phaser<>::token> inside;
  for (int i = 0; i < 3; ++i) inside.push_back(phaser.writer_enter());
  unsigned phases = 0;
  for (auto& token : inside) {
    phases += token.phase();
    phaser.writer_exit(std::move(token));
  }
  phaser.lock_reader().flip();
  return phases;
}

int recordings_that_throw(stillpoint::recorder<std::vector<int>>& recorded) {
  try {
    recorded.record([](std::vector<int>& active) -> int { return active.at(1000); });
  } catch (const std::exception&) {
    return static_cast<int>(recorded.sample()->size());
  }
  return 0;
}

int snapshots_that_move(stillpoint::atomic_value<std::vector<int>>& numbers) {
  auto first_one = numbers.load();
  auto second_one = std::move(first_one);
  const auto owner_of_it = numbers.load_shared();
  return second_one ? second_one->front() + owner_of_it->back() : 0;
}

int main() {
  const auto tracked = std::make_unique<tracker>();
  stillpoint::striped_writer_reader_phaser<> phaser;
  const auto owned = std::make_unique<stillpoint::asymmetric_writer_reader_phaser<>>();
  stillpoint::recorder<std::vector<int>> recorded;
  stillpoint::atomic_value<std::vector<int>> numbers;
  numbers.store({1, 2, 3});
  auto sum_of_all = token_in_a_lambda(*tracked) + token_in_an_optional(*tracked, true) +
                    tokens_in_a_vector(*tracked) + (pending_in_a_function(*tracked) ? 1u : 0u);
  return sum_of_all == 0 && sections_that_throw(phaser) == 1 && sections_by_tokens(*owned) == 0 &&
                 recordings_that_throw(recorded) == 0 && snapshots_that_move(numbers) == 4 &&
                 stillpoint::tests::use_everything() != 0
             ? 0
             : 1;
}
