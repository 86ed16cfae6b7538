// SPDX-License-Identifier: BSL-1.0
#include "verify/orders/mutants.hpp"

#include <utility>

namespace stillpoint::verify::orders {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto seq_cst = std::memory_order_seq_cst;

bool is_compare_exchange(operation op) {
  return op == operation::compare_exchange_weak || op == operation::compare_exchange_strong;
}

bool is_read_modify_write(operation op) {
  return op == operation::exchange || op == operation::fetch_add || op == operation::fetch_sub ||
         op == operation::fetch_and || op == operation::fetch_or || op == operation::fetch_xor ||
         op == operation::fetch_max || op == operation::fetch_min || is_compare_exchange(op);
}

bool reads(operation op) {
  return op == operation::load || op == operation::await || op == operation::wait || is_read_modify_write(op);
}

bool writes(operation op) {
  return op == operation::store || is_read_modify_write(op);
}

bool is_weaker(std::memory_order a, std::memory_order b) {
  if (a == b || a == seq_cst || b == relaxed) return false;
  if (b == seq_cst) return true;
  return a == relaxed || b == acq_rel;
}

mutant with(std::string name, bool logic, const defect& wrong) {
  return {std::move(name), logic, wrong};
}

void add_orders(std::vector<mutant>& all, const site& where) {
  for (const std::memory_order order : weaker_orders(where.op, where.order)) {
    defect wrong;
    wrong.order = order;
    all.push_back(with(std::string(name_of(order)), false, wrong));
  }
  if (!is_compare_exchange(where.op)) return;
  for (const std::memory_order order : weaker_orders(operation::load, where.failure_order)) {
    defect wrong;
    wrong.failure_order = order;
    all.push_back(with("failure " + std::string(name_of(order)), false, wrong));
  }
}

void add_removal(std::vector<mutant>& all, const site& where) {
  defect wrong;
  wrong.dropped = true;
  switch (where.op) {
    case operation::fence:
    case operation::light_fence:
    case operation::heavy_fence:
    case operation::store:
      all.push_back(with("removed", false, wrong));
      return;
    case operation::load:
      if (where.gives_number) all.push_back(with("gives zero", false, wrong));
      return;
    case operation::lock:
    case operation::unlock:
    case operation::plain_write:
    case operation::destroy:
    case operation::notify_one:
    case operation::notify_all:
      all.push_back(with("removed", true, wrong));
      return;
    default:
      if (is_read_modify_write(where.op) && !is_compare_exchange(where.op)) {
        all.push_back(with("only reads", true, wrong));
      }
  }
}

void add_other_results(std::vector<mutant>& all, const site& where) {
  defect wrong;
  wrong.result_mask = 1;
  if (is_compare_exchange(where.op)) {
    all.push_back(with("success taken for failure", true, wrong));
  } else if (where.gives_number && where.op != operation::await) {
    // What an await returns was judged by its predicate.
    all.push_back(with("bit 0 of the result inverted", true, wrong));
  }
}

void add_logic(std::vector<mutant>& all, const site& where) {
  if (is_read_modify_write(where.op) && !is_compare_exchange(where.op)) {
    defect wrong;
    wrong.doubled = true;
    all.push_back(with("done twice", true, wrong));
  }
  if (where.op == operation::await || where.op == operation::wait) {
    defect wrong;
    wrong.impatient = true;
    all.push_back(with("does not wait", true, wrong));
  }
  add_other_results(all, where);
}

}  // namespace

std::vector<std::memory_order> weaker_orders(operation op, std::memory_order order) {
  std::vector<std::memory_order> weaker;
  const bool fence = op == operation::fence;
  if (!fence && !reads(op) && !writes(op)) return weaker;
  for (const std::memory_order each : {acq_rel, acquire, release, relaxed}) {
    if (!is_weaker(each, order)) continue;
    if (each == acq_rel && !fence && !is_read_modify_write(op)) continue;
    if (each == acquire && !fence && !reads(op)) continue;
    if (each == release && !fence && !writes(op)) continue;
    if (each == relaxed && fence) continue;
    weaker.push_back(each);
  }
  return weaker;
}

std::vector<mutant> mutants_of(const site& where) {
  std::vector<mutant> all;
  add_orders(all, where);
  if (is_read_modify_write(where.op)) {
    defect wrong;
    wrong.torn = true;
    all.push_back(with("split into a load and a store", false, wrong));
  }
  add_removal(all, where);
  add_logic(all, where);
  for (mutant& each : all) each.wrong.where = where;
  return all;
}

}  // namespace stillpoint::verify::orders
