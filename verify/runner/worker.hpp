// SPDX-License-Identifier: BSL-1.0
//
// A process that runs one check, so that checks run beside each other although engines have global state, and
// so that one that crashes takes nothing along. Used by the runner; costs a fork per check.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "verify/engine.hpp"

namespace stillpoint::verify {

class worker {
 public:
  // Starts the process. Throws std::system_error if there can be none.
  worker(const check& what, const run_options& options);
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;
  // Ends the process if it still runs.
  ~worker();

  // Becomes readable when there is something to receive.
  int descriptor() const { return descriptor_; }

  // Takes in what the process has sent. Returns false once it has ended; result() is there then.
  bool receive();

  const progress& latest() const { return latest_; }
  // Throws usage_error if the engine did not accept its options. If the process crashed, the result says so.
  run_result result() const;

 private:
  void take_messages();
  void wait();

  std::uint64_t seed_;
  pid_t process_ = -1;
  int descriptor_ = -1;
  std::string received_;
  progress latest_;
  std::optional<run_result> result_;
  std::optional<std::string> refusal_;
  // As waitpid reports it.
  int status_ = 0;
};

}  // namespace stillpoint::verify
