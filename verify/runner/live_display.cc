// SPDX-License-Identifier: BSL-1.0
#include "verify/runner/live_display.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdint>

#include "verify/runner/registry.hpp"

namespace stillpoint::verify {

namespace {

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

constexpr const char* clear_line = "\r\x1b[K";

}  // namespace

std::string describe(const running_check& running) {
  const progress& now = running.latest;
  std::string text = running.path;
  if (now.seconds <= 0) return text + ": starting";
  const double rate = static_cast<double>(now.executions) / now.seconds;
  text += ": " + with_separators(now.executions) + " executions";
  if (now.blocked > 0) text += " and " + with_separators(now.blocked) + " blocked";
  text += " in " + with_separators(static_cast<std::uint64_t>(now.seconds)) + " s";
  text += ", " + with_separators(static_cast<std::uint64_t>(rate)) + "/s";
  if (now.remaining >= 0 && rate > 0) {
    text += ", about " + with_separators(static_cast<std::uint64_t>(now.remaining / rate) + 1) + " s left";
  }
  return text;
}

live_display::live_display(std::ostream& out, std::size_t total)
    : out_(out),
      total_(total),
      terminal_(isatty(STDOUT_FILENO) != 0),
      next_(terminal_ ? clock::now() : clock::now() + elsewhere_) {}

void live_display::show(const std::vector<running_check>& running) {
  if (clock::now() < next_) return;
  next_ = terminal_ ? clock::now() + on_terminal_ : clock::now() + elsewhere_;
  if (!terminal_) {
    for (const running_check& one : running) out_ << "still running " << describe(one) << '\n';
    out_.flush();
    return;
  }
  std::string line = '[' + std::to_string(ended_) + '/' + std::to_string(total_) + ']';
  for (const running_check& one : running) line += (&one == &running.front() ? " " : " | ") + describe(one);
  out_ << clear_line << line.substr(0, terminal_width() - 1) << std::flush;
}

void live_display::ended(const outcome& one) {
  ++ended_;
  if (terminal_) return;
  out_ << '[' << ended_ << '/' << total_ << "] " << path_of(one.what) << ": " << name_of(one.result.outcome)
       << ", " << with_separators(one.result.executions) << " executions\n"
       << std::flush;
}

void live_display::clear() {
  if (terminal_) out_ << clear_line << std::flush;
}

}  // namespace stillpoint::verify
