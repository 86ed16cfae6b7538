// SPDX-License-Identifier: BSL-1.0
//
// Relacy without its macros. Its own relacy.hpp redefines `new`, `delete`, `free`, the memory orders and more
// for all text that follows; the parts below do not, and are all that the policy and the engine need. Include
// it instead of <relacy/relacy.hpp>.
//
// One thing it cannot avoid: Relacy replaces the global allocation functions of the program. While a
// simulation exists, `new` and `delete` belong to the execution under test (and are checked for leaks); see
// `untracked` in session.hpp.
#pragma once

#include <cstddef>
#include <new>

// Relacy's definitions are inline. Inlined here and there, they would stand beside another engine's in the
// same program, one allocating what the other gives back.
// NOLINTBEGIN(readability-redundant-declaration): declared again for the attribute
[[gnu::noinline]] void* operator new(std::size_t);
[[gnu::noinline]] void* operator new[](std::size_t);
[[gnu::noinline]] void operator delete(void*) noexcept;
[[gnu::noinline]] void operator delete[](void*) noexcept;
// NOLINTEND(readability-redundant-declaration)

#include <relacy/base.hpp>
// After base.hpp, which all others build on.
#include <relacy/atomic.hpp>
#include <relacy/atomic_fence.hpp>
#include <relacy/backoff.hpp>
#include <relacy/context.hpp>
#include <relacy/context_base_impl.hpp>
#include <relacy/dyn_thread.hpp>
#include <relacy/stdlib/condition_variable.hpp>
#include <relacy/stdlib/event.hpp>
#include <relacy/stdlib/mutex.hpp>
#include <relacy/stdlib/semaphore.hpp>
#include <relacy/test_suite.hpp>
#include <relacy/thread_local.hpp>
#include <relacy/var.hpp>
