// SPDX-License-Identifier: BSL-1.0
// Compiled without exceptions: misuse says what it is, and ends the program.

#include <memory>

#include "stillpoint/writer_reader_phaser.hpp"

int main() {
  const auto phaser = std::make_unique<stillpoint::writer_reader_phaser<>>();
  phaser->reader_lock();
  phaser->flip_phase();
  phaser->reader_unlock();
  phaser->flip_phase();
  return 0;
}
