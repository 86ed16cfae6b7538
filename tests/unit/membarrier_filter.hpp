// SPDX-License-Identifier: BSL-1.0
//
// A seccomp filter, of this process and all that it becomes, that answers each membarrier by an error.
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace stillpoint::tests {

// What a filter gets instead of an errno, to end the process.
inline constexpr int kill_the_process = -1;

inline bool try_to_filter_membarrier(int error) {
  const std::uint32_t answer = error == kill_the_process
                                   ? SECCOMP_RET_KILL_PROCESS
                                   : SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error);
  std::array<sock_filter, 4> program{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_membarrier, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, answer),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog all{program.size(), program.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &all) == 0;
}

inline void filter_membarrier(int error) {
  if (try_to_filter_membarrier(error)) return;
  std::perror("membarrier_filter: seccomp");
  std::exit(3);
}

}  // namespace stillpoint::tests
