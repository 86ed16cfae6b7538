#pragma once

#include <string_view>

#include "handover.hpp"
#include "verify/client.hpp"

namespace product {

template <stillpoint::verify::checker_policy P>
struct value_arrives {
  static constexpr std::string_view primitive = "handover";
  static constexpr std::string_view guarantee = "value_arrives";
  static constexpr unsigned threads = 2;

  handover<P> between;

  void thread(unsigned index) {
    if (index == 0) {
      between.give(7);
    } else {
      P::check(between.take() == 7, "the value that was given is taken");
    }
  }

  void after() {}
};

using handover_clients = stillpoint::verify::client_list<value_arrives>;

}  // namespace product
