// SPDX-License-Identifier: BSL-1.0
//
// Two clients as a user writes them, one that passes and one that fails.
#pragma once

#include <atomic>
#include <string_view>

#include "verify/client.hpp"

namespace stillpoint::verify {

template <checker_policy P>
struct flag_hands_over_data {
  static constexpr std::string_view primitive = "flag";
  static constexpr std::string_view guarantee = "hands_over_data";
  static constexpr unsigned threads = 2;
  typename P::template plain<int> data{0};
  typename P::template atomic<int> flag{0};

  void thread(unsigned index) {
    if (index == 0) {
      P::write(data, 7);
      flag.store(1, std::memory_order_release);
    } else if (flag.load(std::memory_order_acquire) == 1) {
      P::check(P::read(data) == 7, "the data is there");
    }
  }

  void after() {}
};

template <checker_policy P>
struct count_loses_an_update {
  static constexpr std::string_view primitive = "count";
  static constexpr std::string_view guarantee = "loses_an_update";
  static constexpr unsigned threads = 2;
  typename P::template atomic<int> count{0};

  void thread(unsigned) { count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }

  void after() { P::check(count.load(std::memory_order_relaxed) == 2, "each thread counts"); }
};

using model_test_clients = client_list<flag_hands_over_data, count_loses_an_update>;

}  // namespace stillpoint::verify
