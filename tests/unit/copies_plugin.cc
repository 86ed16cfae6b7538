// SPDX-License-Identifier: BSL-1.0
// A shared object with the library's text hidden in it, that makes and uses objects.
#include "tests/unit/copies.hpp"

extern "C" {

[[gnu::visibility("default")]] void* make_objects() {
  return new stillpoint::tests::shared_objects;
}

[[gnu::visibility("default")]] int refused_objects(void* from) {
  return stillpoint::tests::count_refusals(*static_cast<stillpoint::tests::shared_objects*>(from));
}

}  // extern "C"
