"""compile_fail_test: what must not compile does not, and the compiler says why."""

load("//tools/build:compiler_test.bzl", "compiler_test")

_COMPILERS = [
    "g++-12",
    "clang++-19",
]

def compile_fail_test(name, src, cases, deps, **kwargs):
    """For each compiler a test that `src` compiles, but not with the macro of a case.

    Args:
      name: of the tests, each followed by _with_COMPILER_test.
      src: the source, which changes one thing where it finds a macro defined.
      cases: macro, as after a compiler's -D, -> list of regular expressions, as of Python, which all must match what the
        compiler says.
      deps: libraries of headers that `src` includes.
      **kwargs: as for any test.
    """
    for compiler in _COMPILERS:
        compiler_test(
            name = "%s_with_%s_test" % (name, compiler),
            src = src,
            arguments = [macro + ": " + pattern for macro, patterns in cases.items() for pattern in patterns],
            compiler = compiler,
            tool = "//tests/compile_fail",
            deps = deps,
            **kwargs
        )
