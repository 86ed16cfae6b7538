"""All that Stillpoint's BUILD files load from outside, for its own WORKSPACE and for those that use its rules."""

load("//third_party:debian.bzl", "debian_library", "debian_rules_cc", "no_coverage_tools")

def _missing(name):
    return not native.existing_rule(name)

def _bazel_repositories():
    if _missing("rules_cc"):
        debian_rules_cc(name = "rules_cc")
    if _missing("bazel_skylib"):
        native.local_repository(name = "bazel_skylib", path = "/usr/share/bazel/tools/skylib")

    # Bazel's built-in WORKSPACE suffix fetches these for any C++ test unless they are declared.
    if _missing("rules_java"):
        native.local_repository(name = "rules_java", path = "/usr/share/bazel/rules/java")
    if _missing("rules_proto"):
        native.local_repository(name = "rules_proto", path = "/usr/share/bazel/rules/proto")
    if _missing("remote_coverage_tools"):
        no_coverage_tools(name = "remote_coverage_tools")

def _declare_library(name, **kwargs):
    debian_library(name = name, build_file = Label("//third_party:%s.BUILD" % name), **kwargs)

def _declare_missing_library(name, **kwargs):
    if _missing(name):
        _declare_library(name, **kwargs)

def debian_libraries(library = _declare_library):
    """Declares the libraries that the checkers and the tests need.

    Args:
      library: declares one of them, or does not.
    """
    library("relacy", headers = ["relacy"], package = "relacy-dev")
    library("rapidcheck", headers = ["rapidcheck", "rapidcheck.h"], package = "librapidcheck-dev")
    library("googletest", headers = ["gtest", "gmock"], package = "libgtest-dev and libgmock-dev")
    library("boost_context", headers = ["boost/context"], package = "libboost-context-dev")
    library(
        "libdw",
        headers = ["dwarf.h", "elfutils", "gelf.h", "libelf.h"],
        package = "libdw-dev",
        optional = True,
    )
    library("benchmark", headers = ["benchmark"], package = "libbenchmark-dev", optional = True)
    library(
        "gallery",
        headers = [
            "absl",
            "atomic_queue",
            "boost/lockfree",
            "cds",
            "concurrentqueue",
            "oneapi",
            "readerwriterqueue",
            "x86_64-linux-gnu/urcu",
        ],
        package = "what tools/setup --gallery installs",
        optional = True,
    )

def stillpoint_repositories():
    """Declares Stillpoint's repositories, all on Debian's packages; one that the workspace already has is kept."""
    _bazel_repositories()
    debian_libraries(_declare_missing_library)
