// SPDX-License-Identifier: BSL-1.0
#include "verify/orders/subjects.hpp"

#include "verify/clients/atomic_value/clients.hpp"
#include "verify/clients/counters/clients.hpp"
#include "verify/clients/recorder.hpp"
#include "verify/clients/rendezvous/clients.hpp"
#include "verify/clients/snapshot_counters.hpp"
#include "verify/clients/tracker/clients.hpp"
#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/explorer/policy/client_program.hpp"
#include "verify/explorer/policy/explorer_policy.hpp"
#include "verify/relacy/run.hpp"

namespace stillpoint::verify::orders {

namespace {

// Each client of List is one template on two policies; the two lists have them in the same order.
template <class List>
void add_clients(std::vector<examined_client>& all) {
  const std::size_t first = all.size();
  List::template for_each<explorer_policy>([&all]<client C>() {
    all.push_back({std::string(C::guarantee), explorer::client_program<C>(), nullptr});
  });
  std::size_t next = first;
  List::template for_each<relacy_policy>([&]<client C>() { all[next++].on_relacy = &relacy_engine::run<C>; });
}

template <class... Lists>
subject make(std::string primitive, std::vector<std::string> files, std::vector<std::string> parts) {
  subject made{std::move(primitive), std::move(files), std::move(parts), {}};
  (add_clients<Lists>(made.clients), ...);
  return made;
}

}  // namespace

std::vector<subject> subjects() {
  using clients::any_value_clients;
  using clients::asymmetric_kind;
  using clients::atomic_value_clients;
  using clients::counters_clients;
  using clients::counters_of_atomics;
  using clients::counters_of_write_concurrency;
  using clients::counters_ref_clients;
  using clients::owned_kind;
  using clients::plain_kind;
  using clients::published_section_clients;
  using clients::recorder_clients;
  using clients::recorder_over_plain_phaser;
  using clients::rendezvous_clients;
  using clients::sequentially_consistent_clients;
  using clients::slot_list_clients;
  using clients::storage_kind;
  using clients::stripe_registry_clients;
  using clients::striped_kind;
  using clients::writer_reader_phaser_clients;
  const std::vector<std::string> phaser = {"lib/stillpoint/writer_reader_phaser.hpp",
                                           "lib/stillpoint/detail/reader_lock.hpp"};
  return {
      make<writer_reader_phaser_clients<plain_kind>::list>("writer_reader_phaser", phaser, {}),
      make<writer_reader_phaser_clients<striped_kind>::list>("striped_writer_reader_phaser", phaser, {}),
      make<published_section_clients::list, writer_reader_phaser_clients<asymmetric_kind>::list>(
          "asymmetric_writer_reader_phaser", {"lib/stillpoint/asymmetric_writer_reader_phaser.hpp"}, phaser),
      make<recorder_clients<recorder_over_plain_phaser>::list, clients::striped_recorder_clients::list>(
          "recorder", {"lib/stillpoint/recorder.hpp", "lib/stillpoint/detail/stripe_buffers.hpp"}, phaser),
      make<rendezvous_clients<owned_kind>::list, rendezvous_clients<storage_kind>::list>(
          "rendezvous",
          {"lib/stillpoint/rendezvous.hpp", "lib/stillpoint/rendezvous_storage.hpp",
           "lib/stillpoint/detail/meeting_point.hpp"},
          {}),
      make<counters_clients<counters_of_atomics>::list,
           sequentially_consistent_clients<counters_of_atomics>::list,
           sequentially_consistent_clients<counters_of_atomics>::of_one_cell, counters_ref_clients::list>(
          "counters_atomics",
          {"lib/stillpoint/detail/atomic_cells.hpp", "lib/stillpoint/detail/counter_rows.hpp",
           "lib/stillpoint/counters_ref.hpp"},
          {}),
      make<counters_clients<counters_of_write_concurrency>::list, stripe_registry_clients::list>(
          "counters_write_concurrency",
          {"lib/stillpoint/detail/striped_cells.hpp", "lib/stillpoint/detail/stripe_registry.hpp"}, {}),
      make<clients::tracker_clients::list>("tracker", {"lib/stillpoint/tracker.hpp"}, {}),
      make<clients::snapshot_counters_clients::list>(
          "snapshot_counters",
          {"lib/stillpoint/snapshot_counters.hpp", "lib/stillpoint/detail/counter_rows.hpp"}, {}),
      make<atomic_value_clients::list, atomic_value_clients::more, any_value_clients::list,
           slot_list_clients::list>(
          "atomic_value",
          {"lib/stillpoint/atomic_value.hpp", "lib/stillpoint/any_value.hpp",
           "lib/stillpoint/detail/value_cell.hpp", "lib/stillpoint/detail/value_node.hpp",
           "lib/stillpoint/snapshot_domain.hpp", "lib/stillpoint/detail/slot_list.hpp"},
          {}),
  };
}

}  // namespace stillpoint::verify::orders
