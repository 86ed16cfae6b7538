"""explore_test(): a test whose code is explored as it is compiled."""

load("@rules_cc//cc:defs.bzl", "cc_library", "cc_test")
load("//verify:kept_debug_info.bzl", "kept_debug_info")

# The compiler has all that a thread does to memory call the explorer. Linked without it: the explorer stands for
# ThreadSanitizer's library.
_INSTRUMENTED = [
    "-fsanitize=thread",
    "-Wno-tsan",
    # This library's headers have something else for ThreadSanitizer than for products.
    "-DSTILLPOINT_EXPLORED",
    "-O1",
    "-g",
]

def explored_library(name, srcs, deps = [], copts = [], **kwargs):
    """Code that is explored: a library, for programs that are linked with linkstatic = False.

    Args:
      name: of the library.
      srcs: its sources. What they and the headers they include do is explored.
      deps: what is compiled in them is not instrumented: its accesses to memory are not seen.
      copts: for the sources.
      **kwargs: as cc_library's.
    """
    code = name + "_code"
    cc_library(
        name = code,
        testonly = True,
        srcs = srcs,
        copts = ["-std=c++20"] + _INSTRUMENTED + copts,
        visibility = [Label("//tests/format:__pkg__")],
        deps = deps + [Label("//verify/native:explore")],
        alwayslink = True,
        # The code is a part of the program, whose static variables are reset for each execution.
        linkstatic = True,
        **kwargs
    )
    kept_debug_info(
        name = name,
        testonly = True,
        library = ":" + code,
        visibility = ["//visibility:private"],
        **_where_it_builds(kwargs)
    )

# What says whether `//...` takes a target in goes for all that a target is made of.
def _where_it_builds(kwargs):
    return {key: kwargs[key] for key in ["tags", "target_compatible_with"] if key in kwargs}

def explore_test(name, srcs, deps = [], copts = [], **kwargs):
    """A cc_test that may call stillpoint::explore. What its sources and the headers they include do is explored.

    Args:
      name: of the test.
      srcs: its sources, with a main or a library that has one.
      deps: of the test. What is compiled in them is not instrumented: its accesses to memory are not seen.
      copts: for the sources.
      **kwargs: as cc_test's.
    """
    explored_library(
        name = name + "_explored",
        srcs = srcs,
        copts = copts,
        deps = deps,
        **_where_it_builds(kwargs)
    )
    cc_test(
        name = name,
        # The explorer's own static variables must not be reset.
        linkstatic = False,
        deps = [":" + name + "_explored"],
        **kwargs
    )
