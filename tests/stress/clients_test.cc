// SPDX-License-Identifier: BSL-1.0
// Every client of every primitive on real threads, and with the planted ones the proof that it could fail.

#include "verify/clients/counters/clients.hpp"

#include <gtest/gtest.h>

#include "tests/stress/expect_to_pass.hpp"
#include "verify/clients/recorder.hpp"
#include "verify/clients/rendezvous/clients.hpp"
#include "verify/clients/snapshot_counters.hpp"
#include "verify/clients/tracker/clients.hpp"
#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/history/real_time_policy.hpp"

namespace {

namespace clients = stillpoint::verify::clients;
using policy = stillpoint::verify::real_time_policy;
using stillpoint::tests::expect_to_pass;

TEST(clients_on_real_threads, writer_reader_phaser) {
  clients::writer_reader_phaser_clients<clients::plain_kind>::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, striped_writer_reader_phaser) {
  clients::writer_reader_phaser_clients<clients::striped_kind>::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, asymmetric_writer_reader_phaser) {
  clients::writer_reader_phaser_clients<clients::asymmetric_kind>::list::for_each<policy>(expect_to_pass());
  clients::published_section_clients::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, counters_atomics) {
  using clients::counters_of_atomics;
  clients::counters_clients<counters_of_atomics>::list::for_each<policy>(expect_to_pass());
  clients::sequentially_consistent_clients<counters_of_atomics>::list::for_each<policy>(expect_to_pass());
  clients::sequentially_consistent_clients<counters_of_atomics>::of_one_cell::for_each<policy>(
      expect_to_pass());
}

TEST(clients_on_real_threads, counters_write_concurrency) {
  clients::counters_clients<clients::counters_of_write_concurrency>::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, counters_ref_and_stripes) {
  clients::counters_ref_clients::list::for_each<policy>(expect_to_pass());
  clients::stripe_registry_clients::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, recorder) {
  clients::recorder_clients<clients::recorder_over_plain_phaser>::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, recorder_over_striped_phaser) {
  clients::recorder_clients<clients::recorder_over_striped_phaser>::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, recorder_over_asymmetric_phaser) {
  using clients::recorder_over_asymmetric_phaser;
  clients::recorder_clients<recorder_over_asymmetric_phaser>::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, striped_recorder) {
  clients::recorder_clients<clients::striped_recorder_kind>::list::for_each<policy>(expect_to_pass());
  clients::striped_recorder_clients::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, rendezvous) {
  clients::rendezvous_clients<clients::owned_kind>::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, rendezvous_storage) {
  clients::rendezvous_clients<clients::storage_kind>::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, tracker) {
  clients::tracker_clients::list::for_each<policy>(expect_to_pass());
}

TEST(clients_on_real_threads, snapshot_counters) {
  clients::snapshot_counters_clients::list::for_each<policy>(expect_to_pass());
}

}  // namespace
