// SPDX-License-Identifier: BSL-1.0
#include "verify/explorer/oracle/shrink.hpp"

#include <cstddef>
#include <cstdlib>
#include <initializer_list>
#include <utility>

namespace stillpoint::verify::oracle {
namespace {

unsigned weight(operation op) {
  switch (op) {
    case operation::load:
    case operation::store:
      return 1;
    case operation::plain_read:
    case operation::plain_write:
    case operation::fence:
      return 2;
    case operation::exchange:
    case operation::await:
    case operation::lock:
    case operation::unlock:
    case operation::notify_one:
      return 3;
    case operation::fetch_add:
    case operation::wait:
    case operation::notify_all:
      return 4;
    case operation::fetch_or:
    case operation::cas_strong:
      return 5;
    case operation::fetch_sub:
    case operation::fetch_and:
    case operation::cas_weak:
      return 6;
    case operation::heavy_fence:
      return 7;
    case operation::light_fence:
      return 8;
  }
  return 0;
}

unsigned weight(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return 0;
    case std::memory_order_acq_rel:
      return 2;
    case std::memory_order_seq_cst:
      return 3;
    default:
      return 1;
  }
}

// 1 is the simplest value: it is not the initial one.
unsigned weight(int constant) {
  return static_cast<unsigned>(std::abs(constant - 1));
}

unsigned weight(const operand& o) {
  return o.is_constant() ? weight(o.constant) : 8 + weight(o.constant + 1);
}

unsigned weight(const instruction& i) {
  unsigned sum = 20 + weight(i.op) + i.location + 4 * static_cast<unsigned>(i.repeat);
  if (has_order(i.op)) sum += weight(i.order);
  if (is_cas(i.op)) sum += weight(i.failure) + weight(i.expected);
  if (takes_operand(i.op)) sum += weight(i.value);
  if (has_comparison(i)) sum += static_cast<unsigned>(i.compare) + weight(i.bound);
  return sum;
}

instruction with(instruction i, operation op) {
  instruction changed;
  changed.op = op;
  changed.location = i.location;
  if (has_order(op)) {
    for (const auto order : legal_orders(op)) {
      if (order == i.order) changed.order = order;
    }
    if (op == operation::fence) changed.order = std::memory_order_seq_cst;
  }
  if (is_cas(op)) {
    changed.failure = i.failure;
    changed.expected = i.expected;
  }
  if (takes_operand(op)) changed.value = i.value;
  if (may_repeat(op, i.repeat) && op != operation::wait) changed.repeat = i.repeat;
  return changed;
}

std::vector<operation> simpler_operations(operation op) {
  if (op == operation::light_fence) return {operation::heavy_fence};
  if (op == operation::heavy_fence) return {operation::fence};
  if (op == operation::await) return {operation::load};
  if (op == operation::notify_all) return {operation::notify_one};
  if (op == operation::cas_weak)
    return {operation::load, operation::store, operation::exchange, operation::cas_strong};
  if (is_cas(op)) return {operation::load, operation::store, operation::exchange};
  if (op == operation::exchange) return {operation::load, operation::store};
  if (is_rmw(op)) return {operation::load, operation::store, operation::exchange, operation::fetch_add};
  return {};
}

std::vector<operand> simpler_operands(const operand& o) {
  if (!o.is_constant()) return {{-1, 1}, {-1, 0}, {-1, 2}, {o.base, 0}};
  return {{-1, 1}, {-1, 0}, {-1, 2}};
}

// All the ways to change just this one; some may be illegal or no simpler.
std::vector<instruction> changes(const instruction& i) {
  std::vector<instruction> result;
  const auto change = [&](auto member, const auto& values) {
    for (const auto& value : values) {
      result.push_back(i);
      result.back().*member = value;
    }
  };
  for (const auto op : simpler_operations(i.op)) result.push_back(with(i, op));
  if (has_order(i.op)) change(&instruction::order, legal_orders(i.op));
  if (is_cas(i.op)) {
    change(&instruction::failure, legal_failure_orders());
    change(&instruction::expected, simpler_operands(i.expected));
  }
  if (takes_operand(i.op)) change(&instruction::value, simpler_operands(i.value));
  // Without its comparison, too.
  if (i.op == operation::wait && i.repeat == repetition::loop) result.push_back(with(i, i.op));
  if (has_comparison(i)) {
    change(&instruction::compare, std::vector{comparison::equal, comparison::not_equal});
    change(&instruction::bound, std::vector{1, 0});
  }
  if (i.op != operation::wait) change(&instruction::repeat, std::vector{repetition::once, repetition::loop});
  if (i.location > 0) change(&instruction::location, std::vector{i.location - 1, 0U});
  return result;
}

class collector {
 public:
  explicit collector(const program& p) : program_(p), weight_(weight(p)) {}

  void offer(program simpler) {
    if (weight(simpler) < weight_ && defect(simpler).empty()) found_.push_back(std::move(simpler));
  }

  void drop_threads() {
    for (std::size_t t = 0; t < program_.threads.size() && program_.threads.size() > 1; ++t) {
      auto simpler = program_;
      simpler.threads.erase(simpler.threads.begin() + static_cast<std::ptrdiff_t>(t));
      offer(std::move(simpler));
    }
  }

  // Two at once, too: neither a lock nor its unlock can always go alone.
  void drop_instructions() {
    for (std::size_t t = 0; t < program_.threads.size(); ++t) {
      const auto size = program_.threads[t].size();
      for (std::size_t i = 0; i < size; ++i) {
        auto simpler = program_;
        erase_instruction(simpler.threads[t], i);
        for (std::size_t j = i; j + 1 < size; ++j) {
          auto by_two = simpler;
          erase_instruction(by_two.threads[t], j);
          offer(std::move(by_two));
        }
        offer(std::move(simpler));
      }
    }
  }

  void rename_locations() {
    auto simpler = program_;
    number_locations(simpler);
    offer(std::move(simpler));
    for (unsigned from = 1; from < atomic_count(program_); ++from) {
      for (unsigned to = 0; to < from; ++to) merge_locations(from, to);
    }
  }

  void change_instructions() {
    for (std::size_t t = 0; t < program_.threads.size(); ++t) {
      for (std::size_t i = 0; i < program_.threads[t].size(); ++i) {
        for (const auto& changed : changes(program_.threads[t][i])) {
          auto simpler = program_;
          simpler.threads[t][i] = changed;
          offer(std::move(simpler));
        }
      }
    }
  }

  std::vector<program> take() { return std::move(found_); }

 private:
  void merge_locations(unsigned from, unsigned to) {
    auto simpler = program_;
    for (auto& thread : simpler.threads) {
      for (auto& i : thread) {
        if (is_atomic_access(i.op) && i.location == from) i.location = to;
      }
    }
    offer(std::move(simpler));
  }

  const program& program_;
  unsigned weight_;
  std::vector<program> found_;
};

}  // namespace

unsigned weight(const program& p) {
  unsigned sum = 0;
  for (const auto& thread : p.threads) {
    sum += 20;
    for (const auto& i : thread) sum += weight(i);
  }
  return sum;
}

std::vector<program> simpler_programs(const program& p) {
  collector simpler(p);
  simpler.drop_threads();
  simpler.drop_instructions();
  simpler.rename_locations();
  simpler.change_instructions();
  return simpler.take();
}

program shrink(program p, const std::function<bool(const program&)>& fails) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (auto& candidate : simpler_programs(p)) {
      if (!fails(candidate)) continue;
      p = std::move(candidate);
      smaller = true;
      break;
    }
  }
  return p;
}

}  // namespace stillpoint::verify::oracle
