// SPDX-License-Identifier: BSL-1.0
//
// A source of which compile_fail.py has to say that its marks are wrong, in each way in which they can be.
namespace stillpoint::tests {

// must not compile: .
int compiles = 0;

// must not compile: no such complaint
int refused_for_another_reason = "text";

int has_to_compile = "text";

// must not compile: invalid conversion|cannot initialize
int refused_as_it_has_to_be = "text";

}  // namespace stillpoint::tests
