// SPDX-License-Identifier: BSL-1.0
//
// background: threads that work beside the one that measures.
#pragma once

#include <stop_token>
#include <thread>
#include <vector>

namespace stillpoint::bench {

// Threads that do one thing over and over while this object lives.
template <class Work>
class background {
 public:
  background(unsigned threads, Work work) {
    for (unsigned i = 0; i < threads; ++i) {
      threads_.emplace_back([work](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          for (int turn = 0; turn < 64; ++turn) work();
        }
      });
    }
  }

 private:
  std::vector<std::jthread> threads_;
};

}  // namespace stillpoint::bench
