// SPDX-License-Identifier: BSL-1.0
//
// The clients of atomic_value and any_value: one per guarantee, run by every engine. The first two threads
// own a stripe or not, at each call anew; a third one never does. Values are built from plain memory, and
// engines watch what is allocated: a value that is destroyed too early, twice, or never, is an error in each
// of these clients.
#pragma once

#include <string_view>

#include "verify/client.hpp"
#include "verify/clients/atomic_value/any_value_types.hpp"
#include "verify/clients/atomic_value/held_values.hpp"
#include "verify/clients/atomic_value/histories.hpp"
#include "verify/clients/atomic_value/kinds.hpp"
#include "verify/clients/atomic_value/loads.hpp"
#include "verify/clients/atomic_value/policies.hpp"
#include "verify/clients/atomic_value/progress.hpp"
#include "verify/clients/atomic_value/read_modify_writes.hpp"
#include "verify/clients/atomic_value/reclamation.hpp"
#include "verify/clients/atomic_value/user_code.hpp"

namespace stillpoint::verify::clients {

template <class Kind>
struct value_clients {
  template <class P>
  struct starts_empty : starts_empty_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "starts_empty";
  };
  template <class P>
  struct loads_return_what_was_stored : loads_return_what_was_stored_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "loads_return_what_was_stored";
  };
  template <class P>
  struct reads_never_go_back : reads_never_go_back_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "reads_never_go_back";
  };
  template <class P>
  struct held_values_stay_alive_1x1x2 : held_values_stay_alive_base<P, Kind, 1, 1, 2> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/1_reader_x_2_stores";
  };
  template <class P>
  struct held_values_stay_alive_2x1x1 : held_values_stay_alive_base<P, Kind, 2, 1, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_readers_x_1_store";
  };
  template <class P>
  struct held_values_stay_alive_1x2x1 : held_values_stay_alive_base<P, Kind, 1, 2, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_at_a_time";
  };
  template <class P>
  struct held_values_stay_alive_two_slots : held_values_stay_alive_base<with_two_slots<P>, Kind, 1, 2, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_at_a_time_in_2_slots";
  };
  template <class P>
  struct held_values_stay_alive_without_stripes
      : held_values_stay_alive_base<without_stripes<P>, Kind, 2, 1, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_readers_without_stripes";
  };
  template <class P>
  struct free_place_is_taken_once : free_place_is_taken_once_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/2_readers_and_a_free_place";
  };
  template <class P>
  struct one_looks_after_both : one_looks_after_both_base<with_steady_stripes<P>, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/one_looks_after_both";
  };
  template <class P>
  struct slots_are_used_again : slots_are_used_again_base<P, Kind, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "held_values_stay_alive/slots_are_used_again";
  };
  template <class P>
  struct snapshots_may_change_threads : snapshots_may_change_threads_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "snapshots_may_change_threads";
  };
  template <class P>
  struct snapshots_never_delay_stores : snapshots_never_delay_stores_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "snapshots_never_delay_stores";
  };
  template <class P>
  struct calls_never_wait_for_each_other : calls_never_wait_for_each_other_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "calls_never_wait_for_each_other";
  };
  template <class P>
  struct superseded_values_are_destroyed_once_one_by_one
      : superseded_values_are_destroyed_once_base<P, Kind, 2, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "superseded_values_are_destroyed_once/2_writers_one_by_one";
  };
  template <class P>
  struct superseded_values_are_destroyed_once_in_twos
      : superseded_values_are_destroyed_once_base<P, Kind, 2, 2> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee =
        "superseded_values_are_destroyed_once/2_writers_in_batches_of_2";
  };
  template <class P>
  struct destroyed_by_who_stores_or_releases : destroyed_by_who_stores_or_releases_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee =
        "superseded_values_are_destroyed_once/by_who_stores_or_releases";
  };
  template <class P>
  struct retired_values_are_few : retired_values_are_few_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "retired_values_are_few";
  };
  template <class P>
  struct stores_are_counted : stores_are_counted_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "retired_values_are_few/2_writers";
  };
  template <class P>
  struct two_by_two : batch_by_batch_base<P, Kind, 2> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "retired_values_are_few/2_by_2";
  };
  template <class P>
  struct three_by_three : batch_by_batch_base<P, Kind, 3> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "retired_values_are_few/3_by_3";
  };
  template <class P>
  struct places_protect_nothing_for_ever : places_protect_nothing_for_ever_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "retired_values_are_few/without_stripes";
  };
  template <class P>
  struct shared_owners_outlive_the_value : shared_owners_outlive_the_value_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "shared_owners_outlive_the_value";
  };
  template <class P>
  struct swap_returns_what_it_replaced : swap_returns_what_it_replaced_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "swap_returns_what_it_replaced";
  };
  template <class P>
  struct compare_exchange_by_value : compare_exchange_by_value_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "compare_exchange_replaces_only_what_it_expects/by_value";
  };
  template <class P>
  struct compare_exchange_by_identity : compare_exchange_by_identity_base<P, Kind, never> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee =
        "compare_exchange_replaces_only_what_it_expects/by_identity";
  };
  template <class P>
  struct compare_exchange_by_identity_beside_looks : compare_exchange_by_identity_base<P, Kind, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee =
        "compare_exchange_replaces_only_what_it_expects/by_identity_beside_looks";
  };
  template <class P>
  struct compare_exchange_with_nothing : compare_exchange_with_nothing_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "compare_exchange_replaces_only_what_it_expects/nothing";
  };
  template <class P>
  struct no_update_is_lost : no_update_is_lost_base<P, Kind, 2, 1> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "no_update_is_lost/2_writers_x_1_update";
  };
  template <class P>
  struct failed_stores_change_nothing : failed_stores_change_nothing_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "failed_stores_change_nothing";
  };
  template <class P>
  struct destructors_may_store_and_load : destructors_may_store_and_load_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "destructors_may_store_and_load";
  };
  template <class P>
  struct stores_agree_with_the_model : stores_agree_with_the_model_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/stores_and_loads";
  };
  template <class P>
  struct compares_agree_with_the_model : compares_agree_with_the_model_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/compares";
  };
  template <class P>
  struct updates_agree_with_the_model : updates_agree_with_the_model_base<P, Kind> {
    static constexpr std::string_view primitive = Kind::name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/updates";
  };

  // In order of size.
  using list =
      client_list<starts_empty, swap_returns_what_it_replaced, no_update_is_lost, two_by_two, three_by_three,
                  shared_owners_outlive_the_value, stores_are_counted, destroyed_by_who_stores_or_releases,
                  reads_never_go_back, loads_return_what_was_stored, compare_exchange_by_identity,
                  slots_are_used_again, compare_exchange_with_nothing, failed_stores_change_nothing,
                  held_values_stay_alive_1x1x2, snapshots_never_delay_stores, snapshots_may_change_threads,
                  destructors_may_store_and_load, stores_agree_with_the_model, held_values_stay_alive_1x2x1,
                  updates_agree_with_the_model, retired_values_are_few, compare_exchange_by_value,
                  superseded_values_are_destroyed_once_in_twos, compares_agree_with_the_model,
                  held_values_stay_alive_2x1x1>;

  // Too large, or nothing new, where each store loads.
  using more =
      client_list<places_protect_nothing_for_ever, held_values_stay_alive_two_slots, one_looks_after_both,
                  free_place_is_taken_once, held_values_stay_alive_without_stripes,
                  superseded_values_are_destroyed_once_one_by_one, compare_exchange_by_identity_beside_looks>;

  // Large, and of no new operation.
  using large = client_list<calls_never_wait_for_each_other>;
};

using atomic_value_clients = value_clients<typed_kind>;

// Of the list of places that both use.
struct slot_list_clients {
  template <class P>
  struct places_are_handed_over : places_are_handed_over_base<P> {
    static constexpr std::string_view primitive = "atomic_value";
    static constexpr std::string_view guarantee = "held_values_stay_alive/places_are_handed_over";
  };

  using list = client_list<places_are_handed_over>;
};

// What any_value promises besides.
struct any_value_clients {
  static constexpr std::string_view name = "any_value";

  template <class P>
  struct first_store_fixes_the_type_stores : first_store_fixes_the_type_base<with_steady_stripes<P>, true> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "first_store_fixes_the_type/2_stores";
  };
  template <class P>
  struct first_store_fixes_the_type_others : first_store_fixes_the_type_base<with_steady_stripes<P>, false> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "first_store_fixes_the_type/store_and_swap_or_compare";
  };
  template <class P>
  struct load_during_the_first_store : load_during_the_first_store_base<with_steady_stripes<P>> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "first_store_fixes_the_type/load_beside_it";
  };
  template <class P>
  struct any_compare_exchange : any_compare_exchange_base<with_steady_stripes<P>> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "compare_exchange_replaces_only_what_it_expects/typed";
  };
  template <class P>
  struct typed_calls_agree_with_the_model : typed_calls_agree_with_the_model_base<with_steady_stripes<P>> {
    static constexpr std::string_view primitive = name;
    static constexpr std::string_view guarantee = "calls_agree_with_the_model/typed";
  };

  using list =
      client_list<first_store_fixes_the_type_stores, first_store_fixes_the_type_others,
                  load_during_the_first_store, any_compare_exchange, typed_calls_agree_with_the_model>;
};

}  // namespace stillpoint::verify::clients
