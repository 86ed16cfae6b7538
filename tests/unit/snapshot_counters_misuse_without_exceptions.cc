// SPDX-License-Identifier: BSL-1.0
// Built with -fno-exceptions: an index that is none ends the program, with the words that an exception would
// have.

#include "stillpoint/snapshot_counters.hpp"

int main() {
  stillpoint::snapshot_counters<> counts(3);
  counts.add(2, 1);
  counts.add(3, 1);
}
