// SPDX-License-Identifier: BSL-1.0
//
// What Relacy's memory model demands beyond RC11, written as axioms on execution graphs: why it does not show
// an execution that RC11 allows. For the table of litmus tests and the test that holds these rules against
// what Relacy does.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "verify/explorer/model/graph.hpp"

namespace stillpoint::verify::litmus {

// Relacy runs a program in one order of steps. All rules but the last say what has to fit into it.
enum class rule {
  store_order,        // a store comes last in its location's modification order
  seq_cst_order,      // seq_cst operations and fences come in the order psc in which they are run
  light_fences,       // a heavy fence lets later light fences know what earlier ones knew
  failed_cas,         // a compare-exchange that fails found the newest value
  last_three_values,  // a load returns one of them
  release_sequence,   // C++11's: goes on through later stores of the same thread
};

inline constexpr std::array all_rules = {rule::store_order, rule::seq_cst_order,     rule::light_fences,
                                         rule::failed_cas,  rule::last_three_values, rule::release_sequence};

constexpr std::string_view name_of(rule r) {
  constexpr std::array<std::string_view, all_rules.size()> names = {
      "store order", "seq_cst order", "light fences", "failed CAS", "last three values", "release sequence"};
  return names[static_cast<std::size_t>(r)];
}

using rules = std::vector<rule>;

// Whether an execution with this graph can be run so that it obeys the rules together. A graph that ends in a
// data race has to keep it.
bool admits(const rules& obeyed, const explorer::graph& execution);

// The fewest rules that together admit none of the executions, which are not none; the first such in the
// order of all_rules. Empty if even all of them admit one.
rules rules_against(const std::vector<explorer::graph>& executions);

}  // namespace stillpoint::verify::litmus
