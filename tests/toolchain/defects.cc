// SPDX-License-Identifier: BSL-1.0
// Defects on purpose, one per test: each has to be found by the sanitizer, or framework, that it is planted
// for.

#include <gtest/gtest.h>

#include <limits>
#include <thread>

namespace {

int shared_without_protection = 0;

TEST(defects, data_race) {
  const auto count = [] {
    for (int step = 0; step < 1000; ++step) ++shared_without_protection;
  };
  std::thread other(count);
  count();
  other.join();
}

TEST(defects, use_after_free) {
  int* volatile value = new int(1);
  delete value;
  EXPECT_EQ(*value, 1);
}

TEST(defects, leak) {
  int* volatile value = new int(1);
  value = nullptr;
  EXPECT_EQ(value, nullptr);
}

TEST(defects, signed_overflow) {
  volatile int value = std::numeric_limits<int>::max();
  value = value + 1;
  EXPECT_LT(value, 0);
}

TEST(defects, failed_expectation) {
  EXPECT_EQ(1, 2);
}

}  // namespace
