// SPDX-License-Identifier: BSL-1.0
//
// assess: explore(), and what its result does not say.
//
// - Where a thread could tell whether memory is reused (see reuse.hpp), the executions in which it is are
//   explored, too, within reason, for these are many: at most one reuse in each.
// - What a client does without the policy is not explored. What can be seen of it becomes a warning: threads
//   without an operation, threads that share nothing, and in a few executions what is done to memory (see
//   raw_accesses.hpp).
//
// Both are judged by the first executions, of which all shards see the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "verify/explorer/machine/explore.hpp"

namespace stillpoint::verify::explorer {

struct assessment {
  exploration found;
  // What the result does not cover, a phrase each.
  std::vector<std::string> warnings;
  // Threads share memory that the explorer does not follow: its executions are not all there are.
  std::optional<std::string> unfollowed;
};

// `s.most_reuses`, `s.notice_reuse` and `s.look_around` are set here. Without `most_reuses`, as is said
// above; with it, up to that many in each execution, to the end. The first failure that is found ends it;
// `s.on_failure` need not see it.
assessment assess(const program& p, const settings& s, std::optional<std::size_t> most_reuses);

}  // namespace stillpoint::verify::explorer
