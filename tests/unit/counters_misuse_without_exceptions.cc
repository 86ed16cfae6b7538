// SPDX-License-Identifier: BSL-1.0
// Built with -fno-exceptions: an index that is none ends the program, with the words that an exception would
// have.
#include "stillpoint/counters.hpp"

int main() {
  stillpoint::counters<stillpoint::write_concurrency> counts(3);
  counts.add(3, 1);
  counts.add(4, 1);
}
