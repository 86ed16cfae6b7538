// SPDX-License-Identifier: BSL-1.0
// The asymmetric fences look at every answer of the kernel, which here is one that does as it is told.

#include <gtest/gtest.h>
#include <linux/membarrier.h>

#include <cerrno>
#include <deque>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "stillpoint/detail/asymmetric_fence.hpp"

namespace {

using stillpoint::detail::membarrier_fences;

constexpr int barrier = MEMBARRIER_CMD_PRIVATE_EXPEDITED;
constexpr int registration = MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED;

// A kernel of its own for each Test, as what was decided is for good. It gives the answers that were ordered,
// and then the last of them again and again.
template <class Test>
struct obedient_kernel {
  static int membarrier(int command) noexcept {
    calls.push_back(command);
    const int answer = answers.front();
    if (answers.size() > 1) answers.pop_front();
    return answer;
  }
  static void pause() noexcept { ++pauses; }

  static inline std::vector<int> calls;
  static inline std::deque<int> answers;
  static inline int pauses = 0;
};

template <class Test>
struct with_kernel {
  using kernel = obedient_kernel<Test>;
  using fences = membarrier_fences<kernel>;
};

TEST(membarrier_fences, are_decided_once) {
  using with = with_kernel<struct decided_once>;
  with::kernel::answers = {0};
  EXPECT_FALSE(with::fences::light_is_free()) << "nothing is known yet";
  EXPECT_TRUE(with::fences::decide());
  EXPECT_TRUE(with::fences::decide());
  EXPECT_TRUE(with::fences::light_is_free());
  EXPECT_EQ(with::kernel::calls, std::vector<int>{registration});
}

TEST(membarrier_fences, a_heavy_one_before_static_initialization_decides) {
  using with = with_kernel<struct heavy_first>;
  with::kernel::answers = {0};
  with::fences::heavy();
  EXPECT_TRUE(with::fences::light_is_free());
  EXPECT_EQ(with::kernel::calls, (std::vector<int>{registration, barrier}));
}

template <int Error>
void expect_real_fences_for_good() {
  using with = with_kernel<std::integral_constant<int, Error>>;
  with::kernel::answers = {Error, 0};
  EXPECT_FALSE(with::fences::decide());
  with::fences::heavy();
  with::fences::light();
  EXPECT_FALSE(with::fences::decide());
  EXPECT_FALSE(with::fences::light_is_free());
  EXPECT_EQ(with::kernel::calls, std::vector<int>{registration}) << "and no call after it";
}

TEST(membarrier_fences, a_refused_registration_makes_all_fences_real_for_good) {
  expect_real_fences_for_good<EPERM>();
  expect_real_fences_for_good<ENOSYS>();
  expect_real_fences_for_good<ENOMEM>();
  expect_real_fences_for_good<EINVAL>();
}

TEST(membarrier_fences, a_kernel_without_memory_is_asked_again) {
  using with = with_kernel<struct without_memory>;
  with::kernel::answers = {0, ENOMEM, ENOMEM, ENOMEM, 0};
  with::fences::heavy();
  EXPECT_EQ(with::kernel::calls, (std::vector<int>{registration, barrier, barrier, barrier, barrier}));
  EXPECT_EQ(with::kernel::pauses, 3);
}

TEST(membarrier_fences, a_kernel_without_memory_is_asked_for_about_a_second) {
  using with = with_kernel<struct without_memory_for_long>;
  with::kernel::answers = {0};
  with::fences::decide();
  with::kernel::answers.assign(1000, ENOMEM);
  with::kernel::answers.push_back(0);
  with::fences::heavy();
  EXPECT_EQ(with::kernel::pauses, 1000);
  with::kernel::answers.assign(1001, ENOMEM);
  with::kernel::answers.push_back(0);
  EXPECT_DEATH(with::fences::heavy(), "fails with errno " + std::to_string(ENOMEM));
}

TEST(membarrier_fences, a_registration_that_is_lost_meanwhile_is_made_again) {
  using with = with_kernel<struct restored_without_memory>;
  with::kernel::answers = {0, ENOMEM, EPERM, 0, 0};
  with::fences::heavy();
  EXPECT_EQ(with::kernel::calls, (std::vector<int>{registration, barrier, barrier, registration, barrier}));
  EXPECT_EQ(with::kernel::pauses, 1);
}

TEST(membarrier_fences, light_ones_ask_no_kernel) {
  using with = with_kernel<struct light_ones>;
  with::kernel::answers = {0};
  with::fences::light();
  EXPECT_TRUE(with::kernel::calls.empty());
  with::fences::decide();
  with::fences::light();
  EXPECT_EQ(with::kernel::calls, std::vector<int>{registration});
}

TEST(membarrier_fences, a_lost_registration_is_made_again) {
  using with = with_kernel<struct restored>;
  with::kernel::answers = {0, EPERM, 0, 0};
  with::fences::heavy();
  EXPECT_EQ(with::kernel::calls, (std::vector<int>{registration, barrier, registration, barrier}));
}

template <class With>
void heavy_that_gets(std::deque<int> answers) {
  With::kernel::answers = {0};
  With::fences::decide();
  With::kernel::answers = std::move(answers);
  With::fences::heavy();
}

TEST(membarrier_fences, any_other_answer_ends_the_process) {
  using with = with_kernel<struct other_answers>;
  constexpr const char* text = "stillpoint: heavy_fence: membarrier, which worked .* fails with errno ";
  for (const int error : {EPERM, ENOSYS, ENOMEM, EINVAL})
    EXPECT_DEATH(heavy_that_gets<with>({error}), text + std::to_string(error));
  EXPECT_DEATH(heavy_that_gets<with>({ENOMEM, ENOMEM, ENOSYS}), text + std::to_string(ENOSYS));
  EXPECT_DEATH(heavy_that_gets<with>({EPERM, 0, EINVAL}), text + std::to_string(EINVAL));
}

}  // namespace
