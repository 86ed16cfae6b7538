// SPDX-License-Identifier: BSL-1.0
//
// What cannot be written with a phaser.
#include <cstdint>
#include <utility>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "stillpoint/writer_reader_phaser.hpp"

namespace stillpoint::tests {

using phaser_type = writer_reader_phaser<>;

phaser_type::token enter(phaser_type& phaser);
phaser_type::writer_section begin_section(phaser_type& phaser);
phaser_type::reader_guard lock(phaser_type& phaser);

void flip_under_the_lock_only(phaser_type& phaser) {
  auto reader = phaser.lock_reader();
  reader.flip();
  // must not compile: \bflip\b.* is (a )?private
  phaser.flip(std_policy::waiter());
  phaser_type::writer_section section(phaser);
  // must not compile: no member named 'flip'
  section.flip();
  auto token = phaser.writer_enter();
  // must not compile: no member named 'flip'
  token.flip();
  phaser.writer_exit(std::move(token));
}

void one_exit_for_each_enter(phaser_type& phaser, striped_writer_reader_phaser<>& striped) {
  auto token = phaser.writer_enter();
  // must not compile: ignoring return.*nodiscard
  phaser.writer_enter();
  // must not compile: ignoring return.*nodiscard
  enter(phaser);
  // must not compile: deleted
  phaser_type::token copy(token);
  phaser_type::token moved(std::move(token));
  // must not compile: deleted
  token = moved;
  token = std::move(moved);
  // must not compile: rvalue reference (of|to) type .* lvalue of type '.*token'
  phaser.writer_exit(token);
  // must not compile: (no matching function .*writer_exit\(\)|too few arguments)
  phaser.writer_exit();
  // must not compile: (token::token\(.* is private|private constructor of class '.*::token')
  phaser.writer_exit(phaser_type::token(&phaser, 0, 0));
  // must not compile: (cannot convert|no viable conversion from) .*token
  striped.writer_exit(std::move(token));
  striped.writer_exit(striped.writer_enter());
  phaser.writer_exit(std::move(token));
}

void sections_end_with_their_scope(phaser_type& phaser) {
  phaser_type::writer_section section(phaser);
  // must not compile: ignoring (return value|temporary) .*nodiscard
  phaser_type::writer_section{phaser};
  // must not compile: ignoring return.*nodiscard
  begin_section(phaser);
  // must not compile: private
  phaser.writer_exit(std::move(section.token_));
  // must not compile: deleted
  phaser_type::writer_section copy(section);
  // must not compile: deleted
  phaser_type::writer_section moved(std::move(section));
  phaser_type::writer_section other(phaser);
  // must not compile: deleted
  other = section;
}

void guards_hold_their_lock(phaser_type& phaser) {
  auto reader = phaser.lock_reader();
  phaser_type::reader_guard other(phaser);
  // must not compile: ignoring return.*nodiscard
  phaser.lock_reader();
  // must not compile: ignoring (return value|temporary) .*nodiscard
  phaser_type::reader_guard{phaser};
  // must not compile: ignoring return.*nodiscard
  lock(phaser);
  // must not compile: private
  reader.phaser_.reader_unlock();
  // must not compile: deleted
  phaser_type::reader_guard copy(reader);
  // must not compile: deleted
  phaser_type::reader_guard moved(std::move(reader));
  // must not compile: deleted
  other = std::move(reader);
}

using asymmetric_type = asymmetric_writer_reader_phaser<>;

void the_asymmetric_one_is_as_strict(asymmetric_type& phaser) {
  auto reader = phaser.lock_reader();
  // must not compile: \bflip\b.* is (a )?private
  phaser.flip(std_policy::waiter());
  auto token = phaser.writer_enter();
  // must not compile: ignoring return.*nodiscard
  phaser.writer_enter();
  // must not compile: deleted
  asymmetric_type::token copy(token);
  // must not compile: rvalue reference (of|to) type .* lvalue of type '.*token'
  phaser.writer_exit(token);
  // must not compile: ignoring (return value|temporary) .*nodiscard
  asymmetric_type::writer_section{phaser};
  // must not compile: deleted
  asymmetric_type::reader_guard moved(std::move(reader));
  // must not compile: deleted
  asymmetric_type other(phaser);
  // must not compile: (cannot convert|no viable conversion from) .*token
  phaser.writer_exit(phaser_type().writer_enter());
  phaser.writer_exit(std::move(token));
}

void phasers_stay_where_they_are(phaser_type& phaser) {
  phaser_type other;
  // must not compile: deleted
  phaser_type copy(phaser);
  // must not compile: deleted
  phaser_type moved(std::move(phaser));
  // must not compile: deleted
  other = phaser;
  other.reader_lock();
  phaser.reader_lock();
}

basic_writer_reader_phaser<std_policy, 1, std::uint64_t, 63> usual_size;
// must not compile: unsigned_integral
basic_writer_reader_phaser<std_policy, 1, std::int64_t, 63> signed_epoch;
// must not compile: static assertion failed[^$]*Stripes >= 1
basic_writer_reader_phaser<std_policy, 0, std::uint64_t, 63> no_stripes;
// must not compile: static assertion failed[^$]*CountBits >= 1
basic_writer_reader_phaser<std_policy, 1, std::uint64_t, 0> no_count;
// must not compile: static assertion failed[^$]*CountBits < std::numeric_limits
basic_writer_reader_phaser<std_policy, 1, std::uint64_t, 64> no_phase;
// must not compile: policy_provides_atomic\b
writer_reader_phaser<int> no_policy;
basic_asymmetric_writer_reader_phaser<std_policy, 1, 1, std::uint8_t, 7> smallest_shape;
// must not compile: static assertion failed[^$]*OwnedStripes >= 1
basic_asymmetric_writer_reader_phaser<std_policy, 0, 1> no_owned_stripes;
// must not compile: static assertion failed[^$]*those who own no stripe
basic_asymmetric_writer_reader_phaser<std_policy, 1, 0> no_shared_stripes;
// must not compile: static assertion failed[^$]*CountBits >= 2
basic_asymmetric_writer_reader_phaser<std_policy, 1, 1, std::uint64_t, 1> no_room_for_a_stale_guess;
// must not compile: static assertion failed[^$]*CountBits < std::numeric_limits
basic_asymmetric_writer_reader_phaser<std_policy, 1, 1, std::uint64_t, 64> no_room_for_a_free_stripe;
// must not compile: (stripe_count|policy_provides_atomic\b)
striped_writer_reader_phaser<int> no_striped_policy;

}  // namespace stillpoint::tests
