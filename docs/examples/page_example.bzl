"""The code on the documentation's pages, compiled and run."""

load("//tools/build:sanitizers.bzl", "cc_test_with_sanitizers")

def page_example_test(name, page, deps):
    """Compiles the code block `name` of `page`, a program, and runs it, also under sanitizers; it passes by ending with 0.

    Args:
      name: as in the page's line `<!-- example: NAME -->`; the tests are called NAME_test, and so on.
      page: label of the page.
      deps: what the program includes.
    """
    native.genrule(
        name = name + "_source",
        srcs = [page],
        outs = [name + ".cc"],
        cmd = "$(execpath //docs/examples:extract.sh) $(execpath %s) %s > $@" % (page, name),
        tools = ["//docs/examples:extract.sh"],
        visibility = ["//tests/product:__pkg__"],
    )
    cc_test_with_sanitizers(
        name = name + "_test",
        size = "small",
        srcs = [name + ".cc"],
        linkopts = ["-pthread"],
        deps = deps,
    )
