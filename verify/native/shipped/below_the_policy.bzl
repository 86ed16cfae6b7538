"""below_the_policy_test(): is a defect found that lies below what clients see of the library?"""

load("@rules_cc//cc:defs.bzl", "cc_test")
load("//verify/native:defs.bzl", "explored_library")

def below_the_policy_test(name, header, says, means):
    """A test that passes if one of a few clients fails with a header that was changed.

    Args:
      name: of the test.
      header: the header that is changed, as it is included.
      says: what it says in one line; a basic regular expression, which has to match once.
      means: what it says instead.
    """
    folder = name + "_planted"
    native.genrule(
        name = folder,
        srcs = ["//lib:" + header],
        outs = [folder + "/" + header],
        cmd = "test $$(grep -c '%s' $<) = 1 && sed 's/%s/%s/' $< >$@" % (says, says, means),
        visibility = ["//visibility:private"],
    )
    explored_library(
        name = name + "_explored",
        srcs = [
            "below_the_policy_test.cc",
            "shipped_engine.hpp",
            "shipped_policy.hpp",
            ":" + folder,
        ],
        # Before the library's own.
        copts = ["-iquote $(GENDIR)/%s/%s" % (native.package_name(), folder)],
        deps = [
            "//lib:std_policy",
            "//verify:client",
            "//verify:engine",
            "//verify/clients:tracker",
            "//verify/clients:writer_reader_phaser",
            "//verify/native:runtime",
            "//verify/runner:registry",
            "@googletest//:gtest_main",
        ],
    )
    cc_test(
        name = name,
        size = "small",
        linkstatic = False,
        deps = [":" + name + "_explored"],
    )
