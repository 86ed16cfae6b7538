// SPDX-License-Identifier: BSL-1.0
//
// Compiled with one header of the library changed: some client notices.
#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "verify/clients/tracker/clients.hpp"
#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/native/shipped/shipped_engine.hpp"
#include "verify/runner/registry.hpp"

namespace stillpoint::verify::native {
namespace {

using of_tracker = clients::tracker_clients;
using some_clients =
    client_list<of_tracker::what_holders_wrote_is_seen_2_owners, of_tracker::ended_generation_has_no_holders,
                clients::writer_reader_phaser_clients<clients::plain_kind>::flip_waits_for_writers_inside>;

TEST(below_the_policy, what_is_wrong_there_is_found) {
  run_options options;
  options.effort = budget::quick;
  for (const check& each : checks_of<shipped_engine, some_clients>()) {
    const run_result seen = each.run(options);
    std::cout << path_of(each) << ": " << name_of(seen.outcome) << " after " << seen.executions
              << " executions: " << seen.error << '\n';
    EXPECT_EQ(seen.error.find("not deterministic"), std::string::npos);
    if (seen.outcome == verdict::failed) return;
  }
  FAIL() << "no client noticed";
}

}  // namespace
}  // namespace stillpoint::verify::native
