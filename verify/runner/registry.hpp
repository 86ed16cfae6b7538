// SPDX-License-Identifier: BSL-1.0
//
// What the runner runs: checks, each one client of one primitive on one engine. Whoever adds clients or an
// engine makes a function that returns checks_of<Engine, List>(), and main() collects those functions by
// name.
//
// An engine is a type with a `name`, whether its work is `divisible`, which `options` it uses of those that
// not every engine does, a checker's `policy`, and a static `run<C>(options)`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "verify/client.hpp"
#include "verify/engine.hpp"

namespace stillpoint::verify {

// A check for each client of List, a client_list, on Engine.
template <class Engine, class List>
std::vector<check> checks_of() {
  std::vector<check> all;
  List::template for_each<typename Engine::policy>([&all]<client C>() {
    all.push_back({std::string(C::primitive), std::string(C::guarantee), std::string(Engine::name),
                   C::threads, &Engine::template run<C>, Engine::divisible, Engine::options});
  });
  return all;
}

inline std::vector<check> operator+(std::vector<check> all, const std::vector<check>& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// What filters are matched against: primitive/client/engine.
inline std::string path_of(const check& c) {
  return c.primitive + '/' + c.client + '/' + c.engine;
}

}  // namespace stillpoint::verify
