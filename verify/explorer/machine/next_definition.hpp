// SPDX-License-Identifier: BSL-1.0
//
// The definition of a function of the system that one of ours stands before.
#pragma once

#include <dlfcn.h>

#include <atomic>

namespace stillpoint::verify::explorer {

template <class Function>
class next_definition {
 public:
  explicit constexpr next_definition(const char* name) : name_(name) {}

  template <class... Args>
  auto operator()(Args... args) {
    Function found = found_.load(std::memory_order_relaxed);
    if (found == nullptr) {
      found = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name_));
      found_.store(found, std::memory_order_relaxed);
    }
    return found(args...);
  }

 private:
  const char* name_;
  std::atomic<Function> found_{nullptr};
};

}  // namespace stillpoint::verify::explorer
