// SPDX-License-Identifier: BSL-1.0
//
// The clients of the writer_reader_phaser, plain, striped and asymmetric: one per guarantee, run by every
// engine.
#pragma once

#include <cstdint>
#include <string_view>

#include "models/writer_reader_phaser.hpp"
#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"
#include "verify/client.hpp"
#include "verify/clients/writer_reader_phaser/double_buffer.hpp"
#include "verify/clients/writer_reader_phaser/flips.hpp"
#include "verify/clients/writer_reader_phaser/histories.hpp"
#include "verify/clients/writer_reader_phaser/published.hpp"

namespace stillpoint::verify::clients {

// Which phaser a client runs on. `tiny` has two bits of count: up to three sections of a phase and stripe.
struct plain_kind {
  static constexpr std::string_view primitive = "writer_reader_phaser";
  using model = models::writer_reader_phaser;
  template <class P>
  using phaser = writer_reader_phaser<P>;
  template <class P>
  using tiny = basic_writer_reader_phaser<P, 1, std::uint8_t, 2>;
};

struct striped_kind {
  static constexpr std::string_view primitive = "striped_writer_reader_phaser";
  using model = models::striped_writer_reader_phaser;
  template <class P>
  using phaser = striped_writer_reader_phaser<P>;
  template <class P>
  using tiny = basic_writer_reader_phaser<P, P::stripe_count, std::uint8_t, 2>;
};

// The first two threads own a stripe or not, at each section anew. The others share one.
struct asymmetric_kind {
  static constexpr std::string_view primitive = "asymmetric_writer_reader_phaser";
  using model = models::striped_writer_reader_phaser;
  template <class P>
  using phaser = basic_asymmetric_writer_reader_phaser<P, 2, 1>;
  template <class P>
  using tiny = basic_asymmetric_writer_reader_phaser<P, 2, 1, std::uint8_t, 2>;
};

template <class Kind>
struct writer_reader_phaser_clients {
  template <class P>
  using phaser = typename Kind::template phaser<P>;

  template <class P>
  struct no_write_is_lost_3x1x2 : no_write_is_lost_base<P, phaser<P>, 3, 1, 2> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "no_write_is_lost/3_writers_x_2_flips";
  };
  template <class P>
  struct no_write_is_lost_2x2x2 : no_write_is_lost_base<P, phaser<P>, 2, 2, 2> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "no_write_is_lost/2_writers_x_2_entries_x_2_flips";
  };
  template <class P>
  struct inactive_side_is_stable : inactive_side_is_stable_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "inactive_side_is_stable";
  };
  template <class P>
  struct flip_waits_for_writers_inside : flip_waits_for_writers_inside_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "flip_waits_for_writers_inside";
  };
  template <class P>
  struct flip_waits_for_no_later_writer : flip_waits_for_no_later_writer_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "flip_waits_for_no_later_writer";
  };
  template <class P>
  struct writers_never_wait : writers_never_wait_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "writers_never_wait";
  };
  template <class P>
  struct flips_exclude_each_other : flips_exclude_each_other_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "flips_exclude_each_other";
  };
  template <class P>
  struct idle_flip_returns : idle_flip_returns_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "idle_flip_returns";
  };
  template <class P>
  struct exceptions_leave_it_usable : exceptions_leave_it_usable_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "exceptions_leave_it_usable";
  };
  template <class P>
  struct epochs_wrap_around_unharmed
      : epochs_wrap_around_unharmed_base<P, typename Kind::template tiny<P>, 3, 2> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "epochs_wrap_around_unharmed";
  };
  template <class P>
  struct flips_agree_with_the_model : flips_agree_with_the_model_base<P, phaser<P>, typename Kind::model, 2> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "flips_agree_with_the_model";
  };

  template <class P>
  struct sections_may_change_threads : sections_may_change_threads_base<P, phaser<P>> {
    static constexpr std::string_view primitive = Kind::primitive;
    static constexpr std::string_view guarantee = "sections_may_change_threads";
  };

  using list =
      client_list<no_write_is_lost_3x1x2, no_write_is_lost_2x2x2, inactive_side_is_stable,
                  flip_waits_for_writers_inside, flip_waits_for_no_later_writer, writers_never_wait,
                  flips_exclude_each_other, idle_flip_returns, exceptions_leave_it_usable,
                  epochs_wrap_around_unharmed, flips_agree_with_the_model, sections_may_change_threads>;
};

// What only a phaser whose sections are published can get wrong.
struct published_section_clients {
  using kind = asymmetric_kind;

  template <class P>
  struct shipped_number_of_stripes : no_write_is_lost_base<P, asymmetric_writer_reader_phaser<P>, 2, 1, 1> {
    static constexpr std::string_view primitive = kind::primitive;
    static constexpr std::string_view guarantee = "no_write_is_lost/shipped_number_of_stripes";
  };
  template <class P>
  struct flip_waits_for_no_later_section : flip_waits_for_no_later_section_base<P, kind::phaser<P>> {
    static constexpr std::string_view primitive = kind::primitive;
    static constexpr std::string_view guarantee = "flip_waits_for_no_later_writer/entered_again";
  };
  template <class P>
  struct every_section_counts : every_section_counts_base<P, kind::phaser<P>> {
    static constexpr std::string_view primitive = kind::primitive;
    static constexpr std::string_view guarantee = "flip_waits_for_writers_inside/2_sections_of_one_thread";
  };
  template <class P>
  struct writers_see_what_came_before : writers_see_what_came_before_base<P, kind::phaser<P>> {
    static constexpr std::string_view primitive = kind::primitive;
    static constexpr std::string_view guarantee = "inactive_side_is_stable/prepared_before_the_flip";
  };

  using list = client_list<flip_waits_for_no_later_section, every_section_counts,
                           writers_see_what_came_before, shipped_number_of_stripes>;
};

}  // namespace stillpoint::verify::clients
