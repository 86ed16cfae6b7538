// SPDX-License-Identifier: BSL-1.0
//
// What a flip must not overlook: a section on a stripe that nobody used before.
#pragma once

#include <string_view>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "verify/claimed_stripes.hpp"
#include "verify/client.hpp"
#include "verify/clients/writer_reader_phaser/double_buffer.hpp"

namespace stillpoint::verify::clients {

// Threads that never asked for a stripe enter beside a flip. What is overlooked is a data race.
template <checker_policy P, template <class> class Claiming, unsigned Writers>
struct first_section_is_waited_for_base {
  static constexpr unsigned threads = Writers + 1;
  typename Claiming<P>::stripes stripes;
  double_buffer<P, basic_asymmetric_writer_reader_phaser<Claiming<P>, 2, 1>, Writers> data;

  void thread(unsigned index) {
    if (index == Writers) {
      data.take_interval();
    } else {
      data.write_once(index);
    }
  }

  void after() {
    for (unsigned writer = 0; writer < Writers; ++writer) {
      P::check(data.total(writer) == 1, "each write is found once");
    }
  }
};

template <template <class> class Claiming>
struct first_section_clients {
  template <class P>
  struct of_one_thread : first_section_is_waited_for_base<P, Claiming, 1> {
    static constexpr std::string_view primitive = "asymmetric_writer_reader_phaser";
    static constexpr std::string_view guarantee = "no_write_is_lost/1_first_use_of_a_stripe";
  };
  template <class P>
  struct of_two_threads : first_section_is_waited_for_base<P, Claiming, 2> {
    static constexpr std::string_view primitive = "asymmetric_writer_reader_phaser";
    static constexpr std::string_view guarantee = "no_write_is_lost/2_first_uses_of_stripes";
  };

  using list = client_list<of_one_thread, of_two_threads>;
};

}  // namespace stillpoint::verify::clients
