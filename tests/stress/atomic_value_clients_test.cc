// SPDX-License-Identifier: BSL-1.0
// Every client of atomic_value on real threads, and those of any_value that are its own.

#include <gtest/gtest.h>

#include "tests/stress/expect_to_pass.hpp"
#include "verify/clients/atomic_value/clients.hpp"
#include "verify/history/real_time_policy.hpp"

namespace {

namespace clients = stillpoint::verify::clients;
using policy = stillpoint::verify::real_time_policy;
using stillpoint::tests::expect_to_pass;

// Fewer than of others: there are many clients.
constexpr expect_to_pass passes{200};

TEST(clients_on_real_threads, atomic_value) {
  clients::atomic_value_clients::list::for_each<policy>(passes);
  clients::atomic_value_clients::more::for_each<policy>(passes);
  clients::slot_list_clients::list::for_each<policy>(passes);
}

TEST(clients_on_real_threads, any_value) {
  clients::any_value_clients::list::for_each<policy>(passes);
}

}  // namespace
