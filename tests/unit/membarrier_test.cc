// SPDX-License-Identifier: BSL-1.0
// Programs whose membarrier a seccomp filter refuses, from their beginning or later. Arguments: the program,
// and the same compiled with STILLPOINT_MEMBARRIER=0.

#include <gtest/gtest.h>
#include <linux/membarrier.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "tests/unit/membarrier_filter.hpp"

namespace {

using stillpoint::tests::filter_membarrier;
using stillpoint::tests::kill_the_process;

const char* with_membarrier = nullptr;
const char* without_membarrier = nullptr;

struct outcome {
  int status = 0;
  std::string text;

  bool passed() const { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }
  bool ended_by(int signal) const { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }
};

testing::AssertionResult passed_with(const outcome& it, const std::string& fences) {
  const std::string expected = "light fences are " + fences + "\n";
  if (it.passed() && it.text == expected) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "status " << it.status << ", and it printed: " << it.text;
}

// Zero is no filter. A program that hangs is ended by SIGALRM.
outcome run(const char* program, int filter_before, int filter_after) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return {-1, "no pipe"};
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    alarm(20);
    if (filter_before != 0) filter_membarrier(filter_before);
    const std::string number = std::to_string(filter_after);
    execl(program, program, filter_after != 0 ? number.c_str() : nullptr, nullptr);
    _exit(4);
  }
  close(ends[1]);
  outcome it;
  std::array<char, 512> part{};
  for (ssize_t count = 0; (count = read(ends[0], part.data(), part.size())) > 0;)
    it.text.append(part.data(), static_cast<std::size_t>(count));
  close(ends[0]);
  waitpid(child, &it.status, 0);
  return it;
}

outcome run_filtered_before(const char* program, int filter) {
  return run(program, filter, 0);
}

outcome run_filtered_after(const char* program, int filter) {
  return run(program, 0, filter);
}

class membarrier : public testing::Test {
 protected:
  void SetUp() override {
    if (syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0)
      GTEST_SKIP() << "this system has no membarrier";
    if (!can_filter()) GTEST_SKIP() << "this system has no seccomp filters";
  }

 private:
  static bool can_filter() {
    const pid_t child = fork();
    if (child == 0) _exit(stillpoint::tests::try_to_filter_membarrier(EPERM) ? 0 : 1);
    int status = 0;
    waitpid(child, &status, 0);
    return status == 0;
  }
};

TEST_F(membarrier, makes_light_fences_free) {
  EXPECT_TRUE(passed_with(run_filtered_before(with_membarrier, 0), "free"));
  EXPECT_TRUE(passed_with(run_filtered_before(without_membarrier, 0), "real"));
}

TEST_F(membarrier, refused_from_the_beginning_makes_light_fences_real) {
  for (const int error : {EPERM, ENOSYS, ENOMEM})
    EXPECT_TRUE(passed_with(run_filtered_before(with_membarrier, error), "real")) << error;
}

TEST_F(membarrier, refused_later_ends_the_process_with_a_message) {
  for (const int error : {EPERM, ENOSYS, ENOMEM}) {
    const outcome it = run_filtered_after(with_membarrier, error);
    EXPECT_TRUE(it.ended_by(SIGABRT)) << error << ": status " << it.status;
    EXPECT_NE(it.text.find("fails with errno " + std::to_string(error)), std::string::npos) << it.text;
  }
}

TEST_F(membarrier, is_not_called_where_the_macro_says_so) {
  EXPECT_TRUE(run_filtered_before(with_membarrier, kill_the_process).ended_by(SIGSYS)) << "the filter works";
  EXPECT_TRUE(passed_with(run_filtered_before(without_membarrier, kill_the_process), "real"));
  EXPECT_TRUE(run_filtered_after(with_membarrier, kill_the_process).ended_by(SIGSYS));
  EXPECT_TRUE(passed_with(run_filtered_after(without_membarrier, kill_the_process), "real"));
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 3) return 2;
  with_membarrier = argv[1];
  without_membarrier = argv[2];
  return RUN_ALL_TESTS();
}
