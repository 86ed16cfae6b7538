"""model_test(): check clients of your own, from this workspace or any other."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")
load("//verify:kept_debug_info.bzl", "kept_debug_info")
load("//verify/relacy:copts.bzl", "RELACY_OPTIMIZATION")

_ENGINES = {
    "explorer": struct(
        header = "verify/explorer/run.hpp",
        type = "explorer_engine",
        library = "//verify/explorer:run",
        divisible = True,
        # Its reports name places by the clients' debug information.
        copts = ["-g"],
        debug_info = True,
    ),
    "relacy": struct(
        header = "verify/relacy/run.hpp",
        type = "relacy_engine",
        library = "//verify/relacy:run",
        divisible = False,
        copts = [],
        debug_info = False,
    ),
}

# A frame of any size meets the guard below the explorer's stacks and cannot step over it; and a crash finds all calls
# that led to it on the stack.
_STACKS = [
    "-fstack-clash-protection",
    "-fno-optimize-sibling-calls",
]

def _quoted(text):
    return '\\"%s\\"' % text

def _label(name):
    repository = native.repository_name()
    return "%s//%s:%s" % (repository if repository != "@" else "", native.package_name(), name)

def model_test(
        name,
        header,
        clients,
        deps,
        engines = ["explorer", "relacy"],
        budget = "quick",
        shard_count = None,
        copts = [],
        size = "medium",
        tags = [],
        **kwargs):
    """Runs every client of a list under each engine, as tests NAME_explorer_test and NAME_relacy_test.

    `bazel test` fails with the counterexample, thread by thread, and the command that replays it. That runs the same
    program as a target of its own, NAME_explorer or NAME_relacy: `bazel run` refuses tests that are divided.

    Args:
      name: of the suite of both tests.
      header: the header that defines the clients, as it is included.
      clients: the stillpoint::verify::client_list, as it is written in C++.
      deps: the library of that header, which depends on @stillpoint//verify:client and the code under test.
      engines: which of "explorer" and "relacy".
      budget: "quick", "normal" or "thorough": how long each client may take.
      shard_count: for the explorer: among how many test processes, here or on other machines, to divide the executions.
      copts: for the clients.
      size: of the tests.
      tags: of the tests.
      **kwargs: for both tests.
    """
    tests = []
    for engine in engines:
        if engine not in _ENGINES:
            fail("model_test %s: engine '%s': expected one of %s" % (name, engine, ", ".join(_ENGINES)))
        about = _ENGINES[engine]
        program = "%s_%s" % (name, engine)
        test = program + "_test"
        main = program + "_main"
        tests.append(test)
        cc_library(
            name = main,
            testonly = True,
            srcs = [Label("//verify:model_test_main.cc")],
            copts = ["-std=c++20"] + _STACKS + RELACY_OPTIMIZATION + about.copts + copts,
            local_defines = [
                "STILLPOINT_CLIENTS_HEADER=" + _quoted(header),
                "STILLPOINT_ENGINE_HEADER=" + _quoted(about.header),
                "STILLPOINT_ENGINE=" + about.type,
                "STILLPOINT_CLIENTS=" + clients,
                # One word for the shell that Bazel splits definitions with.
                "'STILLPOINT_COMMAND=\"bazel run %s --\"'" % _label(program),
            ],
            tags = tags,
            visibility = ["//visibility:private"],
            deps = deps + [
                Label(about.library),
                Label("//verify/runner"),
                Label("//verify/runner:registry"),
            ],
            alwayslink = True,
            # The clients are a part of the program, and not of a shared object beside it.
            linkstatic = True,
        )
        if about.debug_info:
            kept_debug_info(
                name = main + "_with_debug_info",
                testonly = True,
                library = ":" + main,
                tags = tags,
                visibility = ["//visibility:private"],
            )
            main += "_with_debug_info"
        cc_binary(
            name = program,
            testonly = True,
            # Its link is paid for when it is run, and not by whoever builds or tests everything.
            tags = tags + ["manual"],
            deps = [":" + main],
        )
        cc_test(
            name = test,
            args = ["--budget=" + budget],
            shard_count = shard_count if about.divisible else None,
            size = size,
            tags = tags,
            deps = [":" + main],
            **kwargs
        )
    native.test_suite(
        name = name,
        # Else //... would run tests that are not to be a part of it.
        tags = ["manual"] if "manual" in tags else [],
        tests = tests,
    )
