// SPDX-License-Identifier: BSL-1.0
// Which setting std_policy takes from the macros; compiled once for each.

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "stillpoint/writer_reader_phaser.hpp"

namespace {

TEST(checked_setting, is_as_the_build_asks) {
  EXPECT_EQ(stillpoint::std_policy::checked, EXPECT_CHECKED != 0);
  using phaser_type = stillpoint::writer_reader_phaser<>;
  EXPECT_EQ(sizeof(phaser_type::token), EXPECT_CHECKED != 0 ? 2 * sizeof(void*) : sizeof(void*));
}

TEST(checked_setting, decides_whether_misuse_is_diagnosed) {
  if (EXPECT_CHECKED == 0) GTEST_SKIP() << "undefined otherwise";
  const auto phaser = std::make_unique<stillpoint::writer_reader_phaser<>>();
  EXPECT_THROW(phaser->reader_unlock(), std::logic_error);
}

}  // namespace
