// SPDX-License-Identifier: BSL-1.0
// writer_reader_phaser, plain, striped and asymmetric: every function, and every documented error.

#include "stillpoint/writer_reader_phaser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "stillpoint/asymmetric_writer_reader_phaser.hpp"
#include "stillpoint/striped_writer_reader_phaser.hpp"
#include "tests/unit/phaser_kinds.hpp"

namespace {

using namespace std::chrono_literals;
using stillpoint::asymmetric_writer_reader_phaser;
using stillpoint::striped_writer_reader_phaser;
using stillpoint::writer_reader_phaser;
using stillpoint::tests::checked;
using stillpoint::tests::tiny_asymmetric_phaser;
using stillpoint::tests::tiny_phaser;
using stillpoint::tests::tiny_striped_phaser;
using stillpoint::tests::unchecked;
using stillpoint::tests::without_owned_stripes;
using testing::HasSubstr;
using testing::Property;
using testing::Throws;

// Long enough that a call which does not block has returned; a call that does is only ever given more time.
constexpr auto a_while = 20ms;

template <class Phaser>
class phaser : public testing::Test {
 protected:
  const std::unique_ptr<Phaser> owned_ = std::make_unique<Phaser>();
  Phaser& phaser_ = *owned_;

  void pass_through() { phaser_.writer_exit(phaser_.writer_enter()); }

  unsigned phase_given() {
    auto token = phaser_.writer_enter();
    const unsigned phase = token.phase();
    phaser_.writer_exit(std::move(token));
    return phase;
  }

  bool another_thread_gets_the_lock() {
    std::atomic<bool> got_it{false};
    std::jthread other([&] {
      const auto guard = phaser_.lock_reader();
      got_it.store(true, std::memory_order_release);
    });
    // A lock that nobody holds is worth waiting for.
    if (depth_ == 0) other.join();
    if (depth_ > 0) std::this_thread::sleep_for(a_while);
    const bool already = got_it.load(std::memory_order_acquire);
    // So that the other thread can end also where it had to wait.
    while (!already && depth_ > 0) unlock();
    return already;
  }

  // The lock, counted so that a test can give it up as a whole.
  void lock() {
    phaser_.reader_lock();
    ++depth_;
  }
  void unlock() {
    phaser_.reader_unlock();
    --depth_;
  }
  unsigned depth_ = 0;
};

// Another thread that flips once, and says when it has returned.
template <class Phaser>
class flipping_thread {
 public:
  explicit flipping_thread(Phaser& phaser)
      : thread_([this, &phaser] {
          phaser.lock_reader().flip();
          returned_.store(true, std::memory_order_release);
        }) {}

  bool returned() const { return returned_.load(std::memory_order_acquire); }
  void join() { thread_.join(); }

 private:
  std::atomic<bool> returned_{false};
  std::jthread thread_;
};

using every_kind =
    testing::Types<writer_reader_phaser<checked>, writer_reader_phaser<unchecked>,
                   striped_writer_reader_phaser<checked>, striped_writer_reader_phaser<unchecked>,
                   tiny_phaser<checked>, tiny_phaser<unchecked>, tiny_striped_phaser<checked>,
                   asymmetric_writer_reader_phaser<checked>, asymmetric_writer_reader_phaser<unchecked>,
                   asymmetric_writer_reader_phaser<without_owned_stripes>, tiny_asymmetric_phaser<checked>,
                   tiny_asymmetric_phaser<unchecked>>;
TYPED_TEST_SUITE(phaser, every_kind);

TYPED_TEST(phaser, cannot_be_copied) {
  static_assert(!std::is_copy_constructible_v<TypeParam> && !std::is_copy_assignable_v<TypeParam>);
  static_assert(!std::is_move_constructible_v<TypeParam> && !std::is_move_assignable_v<TypeParam>);
}

TYPED_TEST(phaser, tokens_are_moved_never_copied) {
  using token = typename TypeParam::token;
  static_assert(!std::is_copy_constructible_v<token> && !std::is_copy_assignable_v<token>);
  static_assert(std::is_nothrow_move_constructible_v<token> && std::is_nothrow_move_assignable_v<token>);
}

TYPED_TEST(phaser, sections_and_guards_stay_where_they_are) {
  using section = typename TypeParam::writer_section;
  using guard = typename TypeParam::reader_guard;
  static_assert(!std::is_move_constructible_v<section> && !std::is_default_constructible_v<section>);
  static_assert(!std::is_move_constructible_v<guard> && !std::is_default_constructible_v<guard>);
}

TYPED_TEST(phaser, writers_are_given_the_current_phase) {
  for (unsigned flip = 0; flip < 5; ++flip) {
    EXPECT_EQ(this->phase_given(), flip % 2);
    this->phaser_.lock_reader().flip();
  }
}

TYPED_TEST(phaser, idle_flip_returns) {
  for (int flip = 0; flip < 1000; ++flip) this->phaser_.lock_reader().flip();
}

TYPED_TEST(phaser, flips_in_every_manner) {
  unsigned flips = 0;
  this->phaser_.reader_lock();
  this->phaser_.flip_phase();
  EXPECT_EQ(this->phase_given(), ++flips % 2);
  this->phaser_.flip_phase(0ns);
  EXPECT_EQ(this->phase_given(), ++flips % 2);
  this->phaser_.flip_phase(1ms);
  EXPECT_EQ(this->phase_given(), ++flips % 2);
  this->phaser_.reader_unlock();
  auto guard = this->phaser_.lock_reader();
  guard.flip();
  EXPECT_EQ(this->phase_given(), ++flips % 2);
  guard.flip(0ns);
  EXPECT_EQ(this->phase_given(), ++flips % 2);
  guard.flip(1ms);
  EXPECT_EQ(this->phase_given(), ++flips % 2);
}

TYPED_TEST(phaser, flip_waits_for_writers_inside) {
  auto first = this->phaser_.writer_enter();
  auto second = this->phaser_.writer_enter();
  flipping_thread flipper(this->phaser_);
  std::this_thread::sleep_for(a_while);
  EXPECT_FALSE(flipper.returned());
  this->phaser_.writer_exit(std::move(second));
  std::this_thread::sleep_for(a_while);
  EXPECT_FALSE(flipper.returned());
  this->phaser_.writer_exit(std::move(first));
  flipper.join();
}

TYPED_TEST(phaser, a_flip_that_sleeps_waits_too) {
  for (const auto pause : {0ns, 100'000ns}) {
    auto inside = this->phaser_.writer_enter();
    std::atomic<bool> returned{false};
    std::jthread flipper([&] {
      this->phaser_.lock_reader().flip(pause);
      returned.store(true, std::memory_order_release);
    });
    std::this_thread::sleep_for(a_while);
    EXPECT_FALSE(returned.load(std::memory_order_acquire));
    this->phaser_.writer_exit(std::move(inside));
  }
}

// Enters until the phase is the given one, as another thread's flip makes it.
template <class Phaser>
typename Phaser::token enter_phase(Phaser& phaser, unsigned phase) {
  for (;;) {
    auto token = phaser.writer_enter();
    if (token.phase() == phase) return token;
    phaser.writer_exit(std::move(token));
    std::this_thread::yield();
  }
}

TYPED_TEST(phaser, flip_waits_for_no_later_writer) {
  auto earlier = this->phaser_.writer_enter();
  flipping_thread flipper(this->phaser_);
  auto later = enter_phase(this->phaser_, 1);
  EXPECT_FALSE(flipper.returned());
  this->phaser_.writer_exit(std::move(earlier));
  flipper.join();
  this->phaser_.writer_exit(std::move(later));
  EXPECT_EQ(this->phase_given(), 1u);
}

TYPED_TEST(phaser, writers_never_wait) {
  auto earlier = this->phaser_.writer_enter();
  flipping_thread flipper(this->phaser_);
  this->phaser_.writer_exit(enter_phase(this->phaser_, 1));
  for (int section = 0; section < 1000; ++section) this->pass_through();
  EXPECT_FALSE(flipper.returned());
  this->phaser_.writer_exit(std::move(earlier));
  flipper.join();
}

TYPED_TEST(phaser, two_flips_wait_for_the_writers_of_their_own_phase) {
  this->phaser_.lock_reader().flip();
  auto in_phase_one = this->phaser_.writer_enter();
  EXPECT_EQ(in_phase_one.phase(), 1u);
  flipping_thread flipper(this->phaser_);
  auto in_phase_zero = enter_phase(this->phaser_, 0);
  EXPECT_FALSE(flipper.returned());
  this->phaser_.writer_exit(std::move(in_phase_one));
  flipper.join();
  this->phaser_.writer_exit(std::move(in_phase_zero));
}

TYPED_TEST(phaser, the_reader_lock_is_reentrant) {
  this->lock();
  this->lock();
  const auto guard = std::make_unique<typename TypeParam::reader_guard>(this->phaser_);
  guard->flip();
  this->phaser_.flip_phase();
  this->unlock();
  this->phaser_.flip_phase();
  this->unlock();
  this->phaser_.flip_phase();
}

TYPED_TEST(phaser, the_reader_lock_excludes_readers_until_it_is_given_up_as_often_as_taken) {
  EXPECT_TRUE(this->another_thread_gets_the_lock());
  this->lock();
  this->lock();
  this->unlock();
  EXPECT_FALSE(this->another_thread_gets_the_lock());
  EXPECT_TRUE(this->another_thread_gets_the_lock());
}

TYPED_TEST(phaser, the_reader_lock_does_not_exclude_writers) {
  const auto guard = this->phaser_.lock_reader();
  std::jthread writer([this] { this->pass_through(); });
}

TYPED_TEST(phaser, a_reader_may_be_a_writer_too) {
  auto token = this->phaser_.writer_enter();
  this->phaser_.reader_lock();
  this->phaser_.reader_unlock();
  this->phaser_.writer_exit(std::move(token));
  this->phaser_.lock_reader().flip();
}

TYPED_TEST(phaser, flip_phase_without_the_lock_is_refused_and_changes_nothing) {
  const auto text = HasSubstr("flip_phase: the calling thread does not hold the reader lock");
  EXPECT_THAT([this] { this->phaser_.flip_phase(); },
              Throws<std::logic_error>(Property(&std::logic_error::what, text)));
  EXPECT_THAT([this] { this->phaser_.flip_phase(0ns); },
              Throws<std::logic_error>(Property(&std::logic_error::what, text)));
  EXPECT_EQ(this->phase_given(), 0u);
  EXPECT_TRUE(this->another_thread_gets_the_lock());
}

TYPED_TEST(phaser, flip_phase_under_another_threads_lock_is_refused) {
  const auto guard = this->phaser_.lock_reader();
  std::jthread([this] { EXPECT_THROW(this->phaser_.flip_phase(), std::logic_error); }).join();
  EXPECT_EQ(this->phase_given(), 0u);
}

TYPED_TEST(phaser, flip_phase_after_the_lock_was_given_up_is_refused) {
  this->phaser_.reader_lock();
  this->phaser_.reader_unlock();
  EXPECT_THROW(this->phaser_.flip_phase(), std::logic_error);
}

TYPED_TEST(phaser, exceptions_leave_it_usable) {
  EXPECT_THROW(
      {
        const typename TypeParam::writer_section inside(this->phaser_);
        throw std::runtime_error("thrown in a writer section");
      },
      std::runtime_error);
  EXPECT_THROW(
      {
        auto guard = this->phaser_.lock_reader();
        guard.flip();
        throw std::runtime_error("thrown under the reader lock");
      },
      std::runtime_error);
  EXPECT_TRUE(this->another_thread_gets_the_lock());
  this->phaser_.lock_reader().flip();
  EXPECT_EQ(this->phase_given(), 0u);
}

TYPED_TEST(phaser, a_token_survives_moves) {
  auto first = this->phaser_.writer_enter();
  auto second = std::move(first);
  typename TypeParam::token third;
  third = std::move(second);
  EXPECT_EQ(third.phase(), 0u);
  this->phaser_.writer_exit(std::move(third));
  this->phaser_.lock_reader().flip();
}

TYPED_TEST(phaser, sections_may_change_threads) {
  auto token = this->phaser_.writer_enter();
  std::jthread([&] { this->phaser_.writer_exit(std::move(token)); }).join();
  this->phaser_.lock_reader().flip();
}

TYPED_TEST(phaser, epochs_wrap_around_unharmed) {
  // As many sections before each flip as the epochs' counts have values, and one less, and one more.
  for (unsigned sections = 0; sections <= 17; ++sections) {
    for (unsigned section = 0; section < sections; ++section) this->pass_through();
    this->phaser_.lock_reader().flip();
  }
  EXPECT_EQ(this->phase_given(), 0u);
}

TYPED_TEST(phaser, a_flip_waits_at_every_point_of_the_wrap_around) {
  for (unsigned sections = 0; sections < 9; ++sections) {
    // enter_phase holds one more, in the old phase, as long as the flip has not begun.
    std::array<typename TypeParam::token, stillpoint::tests::most_inside_tiny - 1> inside;
    for (unsigned section = 0; section < sections; ++section) this->pass_through();
    for (auto& token : inside) token = this->phaser_.writer_enter();
    const unsigned phase = inside[0].phase();
    flipping_thread flipper(this->phaser_);
    this->phaser_.writer_exit(enter_phase(this->phaser_, phase ^ 1u));
    for (auto& token : inside) {
      std::this_thread::sleep_for(1ms);
      EXPECT_FALSE(flipper.returned()) << "after " << sections << " sections";
      this->phaser_.writer_exit(std::move(token));
    }
    flipper.join();
  }
}

// A buffer of plain memory for each phase, written by many, taken out by several readers.
template <class Phaser>
class checked_phaser : public phaser<Phaser> {};

using checked_kinds =
    testing::Types<writer_reader_phaser<checked>, striped_writer_reader_phaser<checked>, tiny_phaser<checked>,
                   tiny_striped_phaser<checked>, asymmetric_writer_reader_phaser<checked>,
                   asymmetric_writer_reader_phaser<without_owned_stripes>, tiny_asymmetric_phaser<checked>>;
TYPED_TEST_SUITE(checked_phaser, checked_kinds);

TYPED_TEST(checked_phaser, unlock_without_the_lock_is_refused) {
  const auto text = HasSubstr("reader_unlock: the calling thread does not hold the reader lock");
  EXPECT_THAT([this] { this->phaser_.reader_unlock(); },
              Throws<std::logic_error>(Property(&std::logic_error::what, text)));
  this->lock();
  std::jthread([this] { EXPECT_THROW(this->phaser_.reader_unlock(), std::logic_error); }).join();
  EXPECT_FALSE(this->another_thread_gets_the_lock()) << "the lock is still held";
}

TYPED_TEST(checked_phaser, exit_without_enter_is_refused) {
  const auto text = HasSubstr("writer_exit: the token is empty");
  EXPECT_THAT([this] { this->phaser_.writer_exit(typename TypeParam::token()); },
              Throws<std::logic_error>(Property(&std::logic_error::what, text)));
  this->phaser_.lock_reader().flip();
}

TYPED_TEST(checked_phaser, a_token_is_good_for_one_exit) {
  auto token = this->phaser_.writer_enter();
  this->phaser_.writer_exit(std::move(token));
  const auto text = HasSubstr("writer_exit: the token is empty");
  EXPECT_THAT([&] { this->phaser_.writer_exit(std::move(token)); },
              Throws<std::logic_error>(Property(&std::logic_error::what, text)));
  this->phaser_.lock_reader().flip();
}

TYPED_TEST(checked_phaser, a_token_that_was_moved_from_is_empty) {
  auto first = this->phaser_.writer_enter();
  auto second = std::move(first);
  EXPECT_THROW(this->phaser_.writer_exit(std::move(first)), std::logic_error);
  typename TypeParam::token third;
  third = std::move(second);
  EXPECT_THROW(this->phaser_.writer_exit(std::move(second)), std::logic_error);
  this->phaser_.writer_exit(std::move(third));
  this->phaser_.lock_reader().flip();
}

TYPED_TEST(checked_phaser, another_phasers_token_is_refused_and_stays_good) {
  const auto other = std::make_unique<TypeParam>();
  auto token = other->writer_enter();
  const auto text = HasSubstr("writer_exit: the token was issued by another phaser");
  EXPECT_THAT([&] { this->phaser_.writer_exit(std::move(token)); },
              Throws<std::logic_error>(Property(&std::logic_error::what, text)));
  this->phaser_.lock_reader().flip();
  other->writer_exit(std::move(token));
  other->lock_reader().flip();
}

TEST(phaser_costs, an_unchecked_token_is_an_epoch) {
  EXPECT_EQ(sizeof(writer_reader_phaser<unchecked>::token), sizeof(std::uint64_t));
  EXPECT_EQ(sizeof(striped_writer_reader_phaser<unchecked>::token), 2 * sizeof(std::uint64_t));
}

TEST(phaser_costs, memory_is_as_documented) {
  constexpr std::size_t line = unchecked::cache_line;
  EXPECT_EQ(sizeof(writer_reader_phaser<unchecked>), 2 * line) << "one for writers, one for readers";
  EXPECT_EQ(sizeof(striped_writer_reader_phaser<unchecked>), (unchecked::stripe_count + 1) * line);
  EXPECT_EQ(alignof(striped_writer_reader_phaser<unchecked>), line);
  constexpr std::size_t owned = 64;
  EXPECT_EQ(sizeof(asymmetric_writer_reader_phaser<unchecked>),
            (1 + owned + unchecked::stripe_count + 1) * line);
}

// Who owns a stripe may be in several sections at the same time, of one phaser and of several.
TEST(asymmetric_phaser, sections_of_one_thread_end_in_any_order) {
  const auto one = std::make_unique<asymmetric_writer_reader_phaser<checked>>();
  const auto another = std::make_unique<asymmetric_writer_reader_phaser<checked>>();
  for (int first_to_end = 0; first_to_end < 3; ++first_to_end) {
    std::array inside = {one->writer_enter(), one->writer_enter(), one->writer_enter()};
    auto elsewhere = another->writer_enter();
    flipping_thread flipper(*one);
    for (unsigned i = 0; i < inside.size(); ++i) {
      std::this_thread::sleep_for(1ms);
      EXPECT_FALSE(flipper.returned());
      one->writer_exit(std::move(inside[(static_cast<unsigned>(first_to_end) + i) % inside.size()]));
    }
    flipper.join();
    another->writer_exit(std::move(elsewhere));
    another->lock_reader().flip();
  }
}

// A thread that ends inside a section leaves its stripe to the next thread, and the section to whoever has
// the token.
TEST(asymmetric_phaser, a_section_outlives_its_thread) {
  const auto owned = std::make_unique<asymmetric_writer_reader_phaser<checked>>();
  asymmetric_writer_reader_phaser<checked>::token left_behind;
  std::jthread([&] { left_behind = owned->writer_enter(); }).join();
  std::jthread([&] { owned->writer_exit(owned->writer_enter()); }).join();
  flipping_thread flipper(*owned);
  std::this_thread::sleep_for(a_while);
  EXPECT_FALSE(flipper.returned());
  owned->writer_exit(std::move(left_behind));
  flipper.join();
}

// More threads than there are stripes to own.
TEST(asymmetric_phaser, any_number_of_threads_may_be_inside) {
  using phaser_of_two_owners = stillpoint::basic_asymmetric_writer_reader_phaser<checked, 2, 1>;
  const auto owned = std::make_unique<phaser_of_two_owners>();
  constexpr std::size_t most = 5;
  std::array<phaser_of_two_owners::token, most> inside;
  {
    std::vector<std::jthread> writers;
    for (auto& token : inside) {
      writers.emplace_back([&] {
        token = owned->writer_enter();
        std::this_thread::sleep_for(a_while);
      });
    }
  }
  flipping_thread flipper(*owned);
  for (auto& token : inside) {
    std::this_thread::sleep_for(1ms);
    EXPECT_FALSE(flipper.returned());
    owned->writer_exit(std::move(token));
  }
  flipper.join();
}

TEST(striped_phaser, works_whatever_the_stripes_number) {
  // More stripes than this policy suggests, fewer, and a number that is no divisor of it.
  const auto flip_with = [](auto owned) {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < 20; ++writer) {
      writers.emplace_back([&owned] { owned->writer_exit(owned->writer_enter()); });
    }
    owned->lock_reader().flip();
    writers.clear();
    owned->lock_reader().flip();
  };
  flip_with(std::make_unique<stillpoint::basic_writer_reader_phaser<checked, 40>>());
  flip_with(std::make_unique<stillpoint::basic_writer_reader_phaser<checked, 3>>());
}

}  // namespace
