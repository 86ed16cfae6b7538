// SPDX-License-Identifier: BSL-1.0
//
// Prints the table of litmus tests.
#include <iostream>

#include "verify/litmus/table.hpp"

int main() {
  stillpoint::verify::litmus::print_table(std::cout);
  return 0;
}
