// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include "verify/explorer/oracle/dice.hpp"
#include "verify/explorer/oracle/random_program.hpp"

namespace stillpoint::verify::oracle {
namespace {

class generator {
 public:
  explicit generator(std::uint64_t seed) : dice_(seed) {}

  program make() {
    two_ = dice_.percent(15);
    const unsigned threads = dice_.percent(55) ? 2 : dice_.percent(80) ? 3 : 4;
    program p;
    for (unsigned t = 0; t < threads; ++t) {
      auto& thread = p.threads.emplace_back();
      const unsigned sections = threads == 2 && dice_.percent(50) ? 2 : 1;
      // Half of the threads only wait, or only change what others wait for: that is what they are for.
      waits_ = dice_.percent(50);
      for (unsigned s = 0; s < sections; ++s) add_section(thread);
    }
    return p;
  }

 private:
  static constexpr std::size_t longest_section = 6;

  void add_section(std::vector<instruction>& thread) {
    if (thread.size() + longest_section > max_instructions) return;
    const unsigned which = two_ ? dice_.below(2) : 0;
    thread.push_back({.op = operation::lock, .location = which});
    if (dice_.percent(waits_ ? 80 : 10)) thread.push_back(wait(which));
    if (dice_.percent(50)) thread.push_back({.op = operation::plain_read, .location = which});
    if (dice_.percent(waits_ ? 30 : 90)) thread.push_back(write(thread, which));
    const bool notifies = dice_.percent(waits_ ? 25 : 85);
    const bool inside = dice_.percent(60);
    if (notifies && inside) thread.push_back(notify(which));
    thread.push_back({.op = operation::unlock, .location = which});
    if (notifies && !inside) thread.push_back(notify(which));
  }

  instruction wait(unsigned which) {
    instruction i{.op = operation::wait, .location = which};
    if (dice_.percent(15)) return i;
    i.repeat = repetition::loop;
    i.compare = dice_.pick(std::vector{comparison::equal, comparison::not_equal, comparison::at_least});
    i.bound = i.compare == comparison::not_equal ? 0 : static_cast<int>(dice_.between(1, 2));
    return i;
  }

  instruction write(const std::vector<instruction>& before, unsigned which) {
    instruction i{.op = operation::plain_write, .location = which};
    i.value.constant = static_cast<int>(dice_.percent(15) ? 0 : dice_.between(1, 2));
    if (before.back().op == operation::plain_read && dice_.percent(60))
      i.value = {static_cast<int>(before.size() - 1), 1};
    return i;
  }

  instruction notify(unsigned which) {
    return {.op = dice_.percent(60) ? operation::notify_one : operation::notify_all, .location = which};
  }

  dice dice_;
  bool two_ = false;
  bool waits_ = false;
};

}  // namespace

program random_blocking_program(std::uint64_t seed) {
  return generator(seed).make();
}

}  // namespace stillpoint::verify::oracle
