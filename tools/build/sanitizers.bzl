"""Tests that run three times: plain, under ThreadSanitizer, and under Address- with UndefinedBehaviorSanitizer.

Instrumented are the test's own sources and the headers they include. That is all of Stillpoint's library, for it has
headers only; a dependency with sources of its own is linked as it is, so give such sources to `srcs`.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_test")
load("//tools/build:copts.bzl", "ASAN_UBSAN_OPTS", "SANITIZER_COPTS", "STILLPOINT_COPTS", "TSAN_OPTS")

# Suffix of the target's name -> options for the compiler and the linker.
SANITIZERS = {
    "_tsan": TSAN_OPTS,
    "_asan_ubsan": ASAN_UBSAN_OPTS,
}

_ENVIRONMENT = {
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
    # Without detect_stack_use_after_return: with it, GCC 12 puts a local phaser, which wants 128 bytes of alignment, where
    # UndefinedBehaviorSanitizer then finds it misaligned.
    "ASAN_OPTIONS": "detect_stack_use_after_return=0:strict_init_order=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}

def sanitized_binary(name, sanitizer, copts = STILLPOINT_COPTS, linkopts = [], **kwargs):
    """A cc_binary under one sanitizer, "_tsan" or "_asan_ubsan"."""
    options = SANITIZERS[sanitizer]
    cc_binary(
        name = name,
        copts = copts + SANITIZER_COPTS + options,
        linkopts = linkopts + options,
        **kwargs
    )

def cc_test_with_sanitizers(name, copts = STILLPOINT_COPTS, linkopts = [], env = {}, sanitizers = SANITIZERS.keys(), **kwargs):
    """Makes the cc_tests `name`, `name`_tsan and `name`_asan_ubsan of the same sources; arguments as for cc_test.

    Args:
      name: of the test; the others' begin with it.
      copts: as for cc_test.
      linkopts: as for cc_test.
      env: as for cc_test.
      sanitizers: those wanted.
      **kwargs: as for cc_test.
    """
    cc_test(name = name, copts = copts, linkopts = linkopts, env = env, **kwargs)
    environment = dict(_ENVIRONMENT)
    environment.update(env)
    for suffix in sanitizers:
        options = SANITIZERS[suffix]
        cc_test(
            name = name + suffix,
            copts = copts + SANITIZER_COPTS + options,
            linkopts = linkopts + options,
            env = environment,
            **kwargs
        )
