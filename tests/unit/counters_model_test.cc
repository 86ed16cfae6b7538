// SPDX-License-Identifier: BSL-1.0
// What models/counters.hpp says: every guarantee holds in every state that is near, each is worth something,
// and the set of values that a read of write_concurrency may return is the one that its page describes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/counters.hpp"

namespace {

namespace models = stillpoint::models;
using action = models::counters_action;
using operation = models::counters_operation;
using right = models::counters<2>;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t most = ~std::uint64_t{0};

template <class Model>
std::vector<Model> near_states() {
  std::vector<operation> steps;
  for (const std::size_t index : {std::size_t{1}, std::size_t{2}}) {
    for (const std::uint64_t n : {std::uint64_t{1}, most}) {
      for (const action each :
           {action::add, action::put, action::exchange, action::add_get, action::compare_exchange}) {
        steps.push_back({each, 0, index, n});
      }
    }
  }
  std::vector<Model> states = {Model()};
  for (std::size_t next = 0; next < states.size() && states.size() < 500; ++next) {
    for (const operation& op : steps) {
      Model after = states[next];
      if (after.step(op) && std::find(states.begin(), states.end(), after) == states.end()) {
        states.push_back(after);
      }
    }
  }
  return states;
}

template <class Model>
std::vector<std::string> lacking() {
  const auto states = near_states<Model>();
  std::vector<std::string> names;
  for (const auto& guarantee : models::counters_guarantees::all<Model>()) {
    if (!std::all_of(states.begin(), states.end(), guarantee.holds)) names.emplace_back(guarantee.name);
  }
  return names;
}

TEST(counters_model, has_every_guarantee_in_every_near_state) {
  EXPECT_GE(near_states<right>().size(), 500u);
  EXPECT_THAT(lacking<right>(), IsEmpty());
}

TEST(counters_model, refuses_an_index_that_is_none) {
  right model;
  EXPECT_FALSE(model.step({action::add, 0, 0, 1}));
  EXPECT_FALSE(model.step({action::add, 0, 3, 1}));
  EXPECT_FALSE(model.step({action::add, 0, 1, 1, {}, true})) << "refused without a reason";
  EXPECT_TRUE(model.step({action::put, 0, 3, 1, {}, true}));
  EXPECT_EQ(model, right());
}

// Wrong in one point each; whatever a step does not change it leaves to the right model.
struct wrong : right {
  bool has_the_future_of(const wrong& other) const { return right::has_the_future_of(other); }
  friend bool operator==(const wrong&, const wrong&) = default;
};

struct starts_at_one : wrong {
  starts_at_one() { right::step({action::add, 0, 1, 1}); }
};

struct shows_halves : wrong {
  bool step(const operation& op) {
    const bool is_half = op.action == action::get && op.index == 1 && op.found &&
                         (*op.found | 0xffff'ffff) == (value(1) | 0xffff'ffff);
    return is_half || right::step(op);
  }
};

struct drops_adds : wrong {
  bool step(const operation& op) { return op.action == action::add || right::step(op); }
};

struct writes_the_neighbour : wrong {
  bool step(operation op) {
    if (op.action != action::add || op.index != 1) return right::step(op);
    return right::step(op) && right::step({action::add, 0, 2, 1});
  }
};

struct saturates : wrong {
  bool step(const operation& op) {
    const bool overflows = op.action == action::add && op.index == 1 && op.value > most - value(1);
    return right::step(overflows ? operation{action::put, 0, 1, most} : op);
  }
};

struct keeps_the_first_put : wrong {
  bool step(const operation& op) {
    if (op.action == action::put && op.index == 1 && value(1) == 5) return true;
    return right::step(op);
  }
};

struct takes_and_keeps : wrong {
  bool step(const operation& op) {
    if (op.action != action::exchange) return right::step(op);
    return right::step({action::get, 0, op.index, 0, op.found});
  }
};

// A read of the first counter misses the last add to it.
struct reads_late : wrong {
  std::uint64_t last = 0;
  bool step(const operation& op) {
    if (op.action == action::get && op.index == 1) return !op.found || *op.found == value(1) - last;
    if (op.index == 1) last = op.action == action::add ? op.value : 0;
    return right::step(op);
  }
  friend bool operator==(const reads_late&, const reads_late&) = default;
};

// A read changes what the next one sees.
struct reads_count : wrong {
  bool step(const operation& op) {
    if (!right::step(op)) return false;
    return op.action != action::get || right::step({action::add, 0, 2, 1});
  }
};

// What an add to the first counter announces, the second shows before it happened.
struct later_first : wrong {
  std::uint64_t early = 0;
  bool step(const operation& op) {
    if (op.action == action::get && op.index == 2) return !op.found || *op.found == value(2) + early;
    if (op.action == action::add) early = op.index == 1 ? 1 : 0;
    return right::step(op);
  }
  friend bool operator==(const later_first&, const later_first&) = default;
};

// Returns what was there before the add.
struct returns_before : wrong {
  bool step(operation op) {
    if (op.action == action::add_get && op.found) *op.found += op.value;
    return right::step(op);
  }
};

// Sets a counter that is not what was expected.
struct replaces_anything : wrong {
  bool step(operation op) {
    if (op.action == action::compare_exchange) op.expected = value(1);
    return right::step(op);
  }
};

// Never sets it.
struct replaces_nothing : wrong {
  bool step(operation op) {
    if (op.action == action::compare_exchange) op.expected = value(1) + 1;
    return right::step(op);
  }
};

TEST(counters_model, guarantees_are_worth_something) {
  EXPECT_THAT(lacking<returns_before>(), ElementsAre("add_get_returns_what_it_leaves"));
  EXPECT_THAT(lacking<replaces_anything>(), ElementsAre("compare_exchange_replaces_only_what_it_expects"));
  EXPECT_THAT(lacking<replaces_nothing>(), ElementsAre("compare_exchange_replaces_only_what_it_expects"));
  EXPECT_THAT(lacking<starts_at_one>(), Contains("counters_start_at_zero"));
  EXPECT_THAT(lacking<shows_halves>(), Contains("writes_are_atomic"));
  EXPECT_THAT(lacking<drops_adds>(), Contains("read_sees_all_writes_before_it"));
  EXPECT_THAT(lacking<writes_the_neighbour>(), Contains("no_write_is_lost"));
  EXPECT_THAT(lacking<saturates>(), Contains("counters_wrap_around"));
  EXPECT_THAT(lacking<keeps_the_first_put>(), Contains("concurrent_puts_leave_one_of_them"));
  EXPECT_THAT(lacking<takes_and_keeps>(), Contains("nothing_taken_is_lost"));
  EXPECT_THAT(lacking<reads_late>(), Contains("every_write_is_seen_at_last"));
  EXPECT_THAT(lacking<reads_late>(), Contains("a_write_is_seen_by_one_of_two"));
  EXPECT_THAT(lacking<reads_count>(), Contains("readers_agree_on_the_order"));
  EXPECT_THAT(lacking<later_first>(), Contains("later_write_is_never_seen_alone"));
}

// A history made by hand: calls, and which of them happen before which.
class calls {
 public:
  struct call {
    models::counters_operation operation;
  };

  std::size_t size() const { return all_.size(); }
  const call& operator[](std::size_t at) const { return all_[at]; }
  bool precedes(std::size_t a, std::size_t b) const {
    return std::find(before_.begin(), before_.end(), std::pair(a, b)) != before_.end();
  }

  // Returns its number.
  std::size_t make(action what, std::uint64_t value, std::vector<std::size_t> after = {}) {
    const std::size_t mine = all_.size();
    all_.push_back({{what, 0, 1, value}});
    for (const std::size_t earlier : after) {
      for (std::size_t a = 0; a < mine; ++a) {
        if (a == earlier || precedes(a, earlier)) before_.emplace_back(a, mine);
      }
    }
    return mine;
  }
  void find(std::size_t read, std::uint64_t value) { all_[read].operation.found = value; }

 private:
  std::vector<call> all_;
  std::vector<std::pair<std::size_t, std::size_t>> before_;
};

using rules = models::write_concurrency_guarantees;

std::vector<std::uint64_t> may_return(const calls& history, std::size_t read) {
  std::vector<std::uint64_t> values;
  for (std::uint64_t value = 0; value < 0x400; ++value) {
    if (rules::may_return(history, read, value)) values.push_back(value);
  }
  return values;
}

TEST(write_concurrency_model, a_read_sees_what_is_before_it_and_maybe_what_is_beside_it) {
  calls history;
  const auto before = history.make(action::add, 1);
  const auto beside = history.make(action::add, 2);
  history.make(action::add, 4, {beside});
  const auto read = history.make(action::get, 0, {before});
  history.make(action::add, 8, {read});
  EXPECT_THAT(may_return(history, read), ElementsAre(1, 3, 5, 7))
      << "the later of two without the earlier, too";
}

TEST(write_concurrency_model, a_read_after_a_put_sees_it_and_adds_not_before_it) {
  calls history;
  const auto before = history.make(action::add, 1);
  const auto put = history.make(action::put, 0x100, {before});
  const auto beside_put = history.make(action::add, 2);
  const auto after_put = history.make(action::add, 4, {put});
  const auto read = history.make(action::get, 0, {beside_put, after_put});
  EXPECT_THAT(may_return(history, read), ElementsAre(0x104, 0x106));
}

TEST(write_concurrency_model, a_read_beside_a_put_sees_either_and_nothing_between) {
  calls history;
  const auto before = history.make(action::add, 1);
  history.make(action::put, 0x100, {before});
  const auto read = history.make(action::get, 0, {before});
  EXPECT_THAT(may_return(history, read), ElementsAre(1, 0x100));
}

// What the put of Erlang's counters lets such a read return: the put's value less an add that it covers.
TEST(write_concurrency_model, a_value_that_the_counter_never_had_is_not_among_them) {
  calls history;
  const auto add = history.make(action::add, 5);
  const auto put = history.make(action::put, 0x100);
  const auto read = history.make(action::get, 0);
  EXPECT_THAT(may_return(history, read), ElementsAre(0, 5, 0x100, 0x105));
  history.find(read, 0x100 - 5);
  EXPECT_FALSE(rules::read_beside_a_put_is_a_put_plus_adds(history));
  history.find(read, 0x105);
  EXPECT_TRUE(rules::read_beside_a_put_is_a_put_plus_adds(history));
  static_cast<void>(add);
  static_cast<void>(put);
}

TEST(write_concurrency_model, an_overwritten_put_is_not_seen) {
  calls history;
  const auto first = history.make(action::put, 0x100);
  const auto second = history.make(action::put, 0x200, {first});
  const auto third = history.make(action::put, 0x300);
  const auto read = history.make(action::get, 0, {second, third});
  EXPECT_THAT(may_return(history, read), ElementsAre(0x200, 0x300));
}

TEST(write_concurrency_model, an_exchange_is_a_put_for_others_and_no_source_for_itself) {
  calls history;
  const auto add = history.make(action::add, 1);
  const auto exchange = history.make(action::exchange, 0x100, {add});
  const auto read = history.make(action::get, 0, {exchange});
  EXPECT_THAT(may_return(history, exchange), ElementsAre(1));
  EXPECT_THAT(may_return(history, read), ElementsAre(0x100));
}

TEST(write_concurrency_model, what_is_taken_twice_or_never_is_noticed) {
  calls history;
  const auto add = history.make(action::add, 1);
  const auto first = history.make(action::exchange, 0);
  const auto second = history.make(action::exchange, 0);
  const auto read = history.make(action::get, 0, {add, first, second});
  const auto holds = [&](std::uint64_t in_first, std::uint64_t in_second, std::uint64_t left) {
    history.find(first, in_first);
    history.find(second, in_second);
    history.find(read, left);
    return rules::nothing_taken_is_lost(history) && rules::no_write_is_lost(history);
  };
  EXPECT_TRUE(holds(1, 0, 0));
  EXPECT_TRUE(holds(0, 1, 0));
  EXPECT_TRUE(holds(0, 0, 1));
  EXPECT_FALSE(holds(1, 1, 0)) << "taken twice";
  EXPECT_FALSE(holds(1, 0, 1)) << "taken and left";
  EXPECT_FALSE(holds(0, 0, 0)) << "lost";
  EXPECT_FALSE(holds(1, 1, most)) << "the sum is right, and what is left is no value";
}

TEST(ownership_model, a_stripe_has_one_owner) {
  using owners = models::stripe_owners<2>;
  owners now;
  EXPECT_TRUE(models::ownership_guarantees::stripes_change_hands_whole(now, 0));
  EXPECT_TRUE(now.claim(3, 0));
  EXPECT_TRUE(models::ownership_guarantees::stripes_change_hands_whole(now, 0));
  EXPECT_TRUE(models::ownership_guarantees::stripes_change_hands_whole(now, 1));
  EXPECT_FALSE(now.claim(3, 2));
  struct gives_to_all : owners {
    bool claim(unsigned, std::size_t) { return true; }
  };
  EXPECT_FALSE(models::ownership_guarantees::stripes_change_hands_whole(gives_to_all(), 0));
}

TEST(ownership_model, last_owner_frees) {
  models::shared_array now;
  EXPECT_TRUE(models::ownership_guarantees::last_owner_frees(now));
  EXPECT_TRUE(now.copy() && now.end() && now.use());
  EXPECT_TRUE(now.end());
  EXPECT_TRUE(now.freed());
  EXPECT_TRUE(models::ownership_guarantees::last_owner_frees(now));
  struct first_owner_frees : models::shared_array {
    bool ended = false;
    bool end() { return ended = models::shared_array::end(); }
    bool use() const { return !ended && models::shared_array::use(); }
  };
  EXPECT_FALSE(models::ownership_guarantees::last_owner_frees(first_owner_frees()));
}

}  // namespace
