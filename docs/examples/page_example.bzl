"""The code on the documentation's pages, compiled and run."""

load("@rules_cc//cc:defs.bzl", "cc_test")
load("//tools/build:copts.bzl", "STILLPOINT_COPTS")

def page_example_test(name, page, deps, copts = [], linkopts = ["-pthread"], **kwargs):
    """Compiles the code block `name` of `page`, a program, and runs it; it passes by ending with status 0.

    Args:
      name: as in the page's line `<!-- example: NAME -->`; the test is called NAME_test.
      page: label of the page.
      deps: what the program includes.
      copts: beside the usual.
      linkopts: of the program.
      **kwargs: as for any test.
    """
    native.genrule(
        name = name + "_source",
        srcs = [page],
        outs = [name + ".cc"],
        cmd = "$(execpath //docs/examples:extract.sh) $(execpath %s) %s > $@" % (page, name),
        tools = ["//docs/examples:extract.sh"],
    )
    cc_test(
        name = name + "_test",
        size = "small",
        srcs = [name + ".cc"],
        copts = STILLPOINT_COPTS + copts,
        linkopts = linkopts,
        deps = deps,
        **kwargs
    )
