// SPDX-License-Identifier: BSL-1.0
//
// thread, jthread: std's, for clients over a policy that can start threads (P::spawn, which explorer_policy
// has). Any thread of a client may start others, up to 15 in an execution, those of the client included.
//
// A thread that is detached still has to come to its end in every execution: one that waits for ever is a
// deadlock. jthread joins when it is destroyed; it has no stop_token.
#pragma once

#include <functional>
#include <memory>
#include <system_error>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>

#include "verify/client.hpp"

namespace stillpoint::verify {

template <checker_policy P>
class thread {
 public:
  using id = typename P::thread_id;

  thread() noexcept = default;
  template <class F, class... Args>
  requires(!std::is_same_v<std::remove_cvref_t<F>, thread>) explicit thread(F&& function, Args&&... args) {
    using task = std::tuple<std::decay_t<F>, std::decay_t<Args>...>;
    auto owned = std::make_unique<task>(std::forward<F>(function), std::forward<Args>(args)...);
    number_ = P::spawn(&run<task>, owned.release()) + 1;
  }
  thread(thread&& other) noexcept : number_(std::exchange(other.number_, 0)) {}
  thread& operator=(thread&& other) noexcept {
    if (joinable()) std::terminate();
    number_ = std::exchange(other.number_, 0);
    return *this;
  }
  thread(const thread&) = delete;
  thread& operator=(const thread&) = delete;
  ~thread() {
    if (joinable()) std::terminate();
  }

  bool joinable() const noexcept { return number_ != 0; }
  id get_id() const noexcept { return static_cast<id>(number_); }

  // Throw std::system_error, as std's, where there is nothing to join or detach, or a thread joins itself.
  void join() {
    require_joinable();
    if (get_id() == P::this_thread()) {
      throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur),
                              "a thread joins itself");
    }
    P::join(std::exchange(number_, 0) - 1);
  }
  void detach() {
    require_joinable();
    number_ = 0;
  }

  void swap(thread& other) noexcept { std::swap(number_, other.number_); }

 private:
  template <class Task>
  static void run(void* self) {
    const std::unique_ptr<Task> owned(static_cast<Task*>(self));
    std::apply([](auto&&... parts) { std::invoke(std::forward<decltype(parts)>(parts)...); },
               std::move(*owned));
  }

  void require_joinable() const {
    if (!joinable()) {
      throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                              "no thread that could be joined or detached");
    }
  }

  // One more than P::spawn's number, as P::this_thread() is; zero: no thread.
  std::size_t number_ = 0;
};

template <checker_policy P>
class jthread {
 public:
  using id = typename thread<P>::id;

  jthread() noexcept = default;
  template <class F, class... Args>
  requires(!std::is_same_v<std::remove_cvref_t<F>, jthread>) explicit jthread(F&& function, Args&&... args)
      : thread_(std::forward<F>(function), std::forward<Args>(args)...) {}
  jthread(jthread&&) noexcept = default;
  jthread& operator=(jthread&& other) noexcept {
    if (this == &other) return *this;
    if (joinable()) join();
    thread_ = std::move(other.thread_);
    return *this;
  }
  jthread(const jthread&) = delete;
  jthread& operator=(const jthread&) = delete;
  ~jthread() {
    if (joinable()) join();
  }

  bool joinable() const noexcept { return thread_.joinable(); }
  id get_id() const noexcept { return thread_.get_id(); }
  void join() { thread_.join(); }
  void detach() { thread_.detach(); }
  void swap(jthread& other) noexcept { thread_.swap(other.thread_); }

 private:
  thread<P> thread_;
};

}  // namespace stillpoint::verify
