// SPDX-License-Identifier: BSL-1.0
#include "verify/runner/worker.hpp"

#include <fcntl.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill() is POSIX's
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "verify/runner/options.hpp"

namespace stillpoint::verify {

namespace {

// A message is its kind, the length of its body, and the body.
enum class message : char { progress, result, refusal };

class body_writer {
 public:
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void put(const T& value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void put(const std::string& text) {
    put(text.size());
    bytes_ += text;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

class body_reader {
 public:
  explicit body_reader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  requires std::is_trivially_copyable_v<T>
  void get(T& value) { std::memcpy(&value, next(sizeof value).data(), sizeof value); }
  void get(std::string& text) {
    std::size_t size = 0;
    get(size);
    text = next(size);
  }

 private:
  std::string_view next(std::size_t size) {
    if (size > bytes_.size()) throw std::length_error("a worker sent less than it announced");
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  std::string_view bytes_;
};

// Each field of a result, in the order in which it travels.
template <class Result, class Visit>
void visit_fields(Result& result, Visit visit) {
  visit(result.executions);
  visit(result.blocked);
  visit(result.exhaustive);
  visit(result.outcome);
  visit(result.seconds);
  visit(result.seed);
  visit(result.error);
  visit(result.trace);
  visit(result.replay);
  visit(result.in_every_shard);
  visit(result.picture);
  visit(result.picture_note);
  visit(result.warning);
  visit(result.found_by);
}

void send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = write(descriptor, bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    // Nobody is left to report to.
    if (sent < 0) _exit(1);
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void send(int descriptor, message kind, const std::string& body) {
  body_writer whole;
  whole.put(kind);
  whole.put(body);
  send_all(descriptor, whole.bytes());
}

void send_result(int descriptor, const run_result& result) {
  body_writer body;
  visit_fields(result, [&body](const auto& field) { body.put(field); });
  send(descriptor, message::result, body.bytes());
}

run_result failed_with(const std::string& error, const run_options& options) {
  run_result result;
  result.outcome = verdict::failed;
  result.seed = options.seed;
  result.error = error;
  return result;
}

[[noreturn]] void work(const check& what, run_options options, int descriptor) {
  // A worker must not outlive the runner, however that ends.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  options.on_progress = [descriptor](const progress& now) {
    body_writer body;
    body.put(now);
    send(descriptor, message::progress, body.bytes());
  };
  try {
    send_result(descriptor, what.run(options));
  } catch (const std::invalid_argument& refused) {
    send(descriptor, message::refusal, refused.what());
  } catch (const std::exception& error) {
    send_result(descriptor, failed_with(std::string("the engine failed: ") + error.what(), options));
  }
  std::fflush(nullptr);
  _exit(0);
}

}  // namespace

worker::worker(const check& what, const run_options& options) : seed_(options.seed) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  // What is buffered would else be printed by both processes.
  std::fflush(nullptr);
  process_ = fork();
  if (process_ < 0) {
    const int reason = errno;
    close(ends[0]);
    close(ends[1]);
    throw std::system_error(reason, std::generic_category(), "fork");
  }
  if (process_ == 0) {
    close(ends[0]);
    work(what, options, ends[1]);
  }
  close(ends[1]);
  descriptor_ = ends[0];
}

worker::~worker() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    wait();
  }
  close(descriptor_);
}

bool worker::receive() {
  std::array<char, 65536> buffer{};
  const ssize_t size = read(descriptor_, buffer.data(), buffer.size());
  if (size < 0) {
    if (errno == EINTR) return true;
    throw std::system_error(errno, std::generic_category(), "read from a worker");
  }
  if (size == 0) {
    wait();
    return false;
  }
  received_.append(buffer.data(), static_cast<std::size_t>(size));
  take_messages();
  return true;
}

void worker::take_messages() {
  constexpr std::size_t head_size = sizeof(message) + sizeof(std::size_t);
  while (received_.size() >= head_size) {
    body_reader head(received_);
    message kind{};
    std::size_t size = 0;
    head.get(kind);
    head.get(size);
    if (received_.size() < head_size + size) return;
    body_reader body(std::string_view(received_).substr(head_size, size));
    if (kind == message::progress) {
      body.get(latest_);
    } else if (kind == message::result) {
      visit_fields(result_.emplace(), [&body](auto& field) { body.get(field); });
    } else {
      refusal_ = received_.substr(head_size, size);
    }
    received_.erase(0, head_size + size);
  }
}

void worker::wait() {
  while (waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
}

run_result worker::result() const {
  if (refusal_) throw usage_error(*refusal_);
  if (result_) return *result_;
  run_result crashed;
  crashed.outcome = verdict::failed;
  crashed.seed = seed_;
  crashed.executions = latest_.executions;
  crashed.blocked = latest_.blocked;
  crashed.seconds = latest_.seconds;
  if (WIFSIGNALED(status_)) {
    const int signal = WTERMSIG(status_);
    crashed.error = "the check's process was ended by signal " + std::to_string(signal) + " (SIG" +
                    sigabbrev_np(signal) + ", " + sigdescr_np(signal) + ")";
  } else {
    crashed.error = "the check's process ended with status " + std::to_string(WEXITSTATUS(status_)) +
                    " before it had a result";
  }
  return crashed;
}

}  // namespace stillpoint::verify
