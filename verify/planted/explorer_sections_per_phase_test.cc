// SPDX-License-Identifier: BSL-1.0
//
// Why the phaser's page bounds the sections between two flips: the counterexample for one section more, and
// that nothing is wrong up to the bound. The counts have two bits here, so that the bound is 3.
#include <gtest/gtest.h>

#include <string>

#include "verify/clients/writer_reader_phaser/clients.hpp"
#include "verify/explorer/run.hpp"

namespace stillpoint::verify {
namespace {

template <class Kind, unsigned Sections>
struct sections_in_a_phase
    : clients::epochs_wrap_around_unharmed_base<explorer_policy,
                                                typename Kind::template tiny<explorer_policy>, Sections, 2> {
  static constexpr std::string_view primitive = Kind::primitive;
  static constexpr std::string_view guarantee = "sections_in_a_phase";
};

TEST(SectionsPerPhase, AreSafeUpToTheBound) {
  const run_result seen = run_explorer<sections_in_a_phase<clients::plain_kind, 3>>({});
  EXPECT_EQ(seen.outcome, verdict::passed) << seen.error;
  EXPECT_TRUE(seen.exhaustive);
}

// A flip that reads a count from before all four sections takes it for the count of now, and does not wait.
TEST(SectionsPerPhase, BeyondTheBoundLetAFlipMissAWriter) {
  const run_result plain = run_explorer<sections_in_a_phase<clients::plain_kind, 4>>({});
  EXPECT_EQ(plain.outcome, verdict::failed);
  EXPECT_NE(plain.error.find("data race"), std::string::npos) << plain.error;
}

}  // namespace
}  // namespace stillpoint::verify
