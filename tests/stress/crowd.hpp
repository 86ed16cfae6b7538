// SPDX-License-Identifier: BSL-1.0
//
// crowd: threads that work until a short time is over, or one of them finds something wrong; for stress
// tests.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace stillpoint::tests {

// For what a thread of the crowd finds out: throws `text` if it is not so.
inline void demand(bool so, const char* text) {
  if (!so) throw std::runtime_error(text);
}

class crowd {
 public:
  crowd() = default;
  crowd(const crowd&) = delete;
  crowd& operator=(const crowd&) = delete;
  ~crowd() { stop(); }

  // A thread that does `once` again and again, until the crowd stops. An exception that leaves `once` stops
  // it.
  void add(std::function<void()> once) {
    threads_.emplace_back([this, once = std::move(once)] {
      while (!stopping_.load(std::memory_order_relaxed)) guarded(once);
    });
  }

  // The same, but after each `times` the thread ends, and a new one goes on.
  void add_short_lived(unsigned times, std::function<void()> once) {
    add([this, times, once = std::move(once)] {
      std::thread([this, times, &once] {
        for (unsigned i = 0; i < times; ++i) guarded(once);
      }).join();
    });
  }

  // Works for that time, and on a busy machine for longer, until `rounds` is as high as asked for. Throws
  // what the first thread threw.
  void work_for(std::chrono::milliseconds time, const std::atomic<std::uint64_t>& rounds,
                std::uint64_t at_least) {
    const auto started = std::chrono::steady_clock::now();
    const auto done = [&] {
      return std::chrono::steady_clock::now() - started >= time &&
             rounds.load(std::memory_order_relaxed) >= at_least;
    };
    while (!done() && !stopping_.load(std::memory_order_relaxed)) std::this_thread::sleep_for(time / 20);
    stop();
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  void guarded(const std::function<void()>& once) {
    try {
      once();
    } catch (...) {
      const std::lock_guard hold(guard_);
      if (!thrown_) thrown_ = std::current_exception();
      stopping_.store(true, std::memory_order_relaxed);
    }
  }

  void stop() {
    stopping_.store(true, std::memory_order_relaxed);
    for (std::thread& each : threads_) each.join();
    threads_.clear();
  }

  std::atomic<bool> stopping_{false};
  std::mutex guard_;
  std::exception_ptr thrown_;
  std::vector<std::thread> threads_;
};

}  // namespace stillpoint::tests
