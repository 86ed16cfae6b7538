// SPDX-License-Identifier: BSL-1.0
// Built with -fno-exceptions -fno-rtti: a store of another type ends the program, with the words that an
// exception would have.
#include "stillpoint/any_value.hpp"

int main() {
  stillpoint::any_value<> value;
  value.store(1);
  value.store(2);
  value.store(3.0);
}
