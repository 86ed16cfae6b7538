"""A test that passes only if a program fails, and says why: for planting defects that a checker has to find."""

def must_fail_test(name, binary, expect, args = [], env = {}, data = [], **kwargs):
    """Runs `binary` with `args`; passes if it ends with a non-zero status and prints a line that matches `expect`.

    Args:
      name: of the test.
      binary: label of an executable.
      expect: extended regular expression, as of grep -E, over what the program prints (both streams).
      args: of the program.
      env: environment of the program.
      data: files that the program reads.
      **kwargs: as for any test.
    """
    native.sh_test(
        name = name,
        srcs = [Label("//tools/build:must_fail.sh")],
        args = ["'%s'" % expect, "$(location %s)" % binary] + args,
        data = data + [binary],
        env = env,
        **kwargs
    )
