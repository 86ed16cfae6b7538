// SPDX-License-Identifier: BSL-1.0
#include "verify/orders/reviewed.hpp"

namespace stillpoint::verify::orders {

const std::vector<reviewed>& reviewed_survivors() {
  static const std::vector<reviewed> all = {
      {"*", "writer_exit/fetch_add", "bit 0 of the result inverted", "the result is not used"},
      {"*", "add/fetch_add", "bit 0 of the result inverted", "the result is not used"},
      {"snapshot_counters", "add_slowly/fetch_add", "bit 0 of the result inverted", "the result is not used"},
      {"counters_atomics", "basic_counters_ref/fetch_add", "bit 0 of the result inverted",
       "the result is not used"},
      {"counters_write_concurrency", "give_back/fetch_and", "bit 0 of the result inverted",
       "the result is not used"},
      {"counters_write_concurrency", "give_back_all_but/fetch_and", "bit 0 of the result inverted",
       "the result is not used"},
      {"counters_write_concurrency", "give_back_all_but/fetch_and", "split into a load and a store",
       "its caller is the process's only thread"},
      {"counters_write_concurrency", "give_back_all_but/fetch_and", "done twice",
       "the second time changes nothing, and its caller is the process's only thread"},
      {"counters_write_concurrency", "claim_in/load", "gives zero",
       "a guess which number is free: the compare_exchange fails on a wrong one and tells what is"},
      {"counters_write_concurrency", "put_in_use/load", "gives zero",
       "a guess: the compare_exchange fails on a wrong one and tells how far the bound is raised"},
      {"asymmetric_writer_reader_phaser", "is_free/load", "bit 0 of the result inverted",
       "no stripe is ever found free, so each section is counted"},
      {"tracker", "enter/fetch_add", "bit 0 of the result inverted", "the result is not used"},
      {"tracker", "leave/fetch_add", "bit 0 of the result inverted", "the result is not used"},
      {"tracker", "tell_who_waits/fetch_add", "bit 0 of the result inverted", "the result is not used"},
      {"atomic_value", "own/fetch_add", "bit 0 of the result inverted", "the result is not used"},
      {"atomic_value", "protect_in_own_slot/load", "gives zero",
       "a guess that saves use_stripe; the thread then says again how far the stripes are in use"},
      {"atomic_value", "use_stripe/load", "gives zero",
       "a guess: the compare_exchange fails on a wrong one and tells how far they are in use"},
  };
  return all;
}

std::string_view reason_for(std::string_view primitive, std::string_view site, std::string_view mutant) {
  for (const reviewed& each : reviewed_survivors()) {
    const bool primitive_matches = each.primitive == "*" || each.primitive == primitive;
    if (primitive_matches && each.site == site && each.mutant == mutant) return each.reason;
  }
  return {};
}

}  // namespace stillpoint::verify::orders
