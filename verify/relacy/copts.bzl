"""How sources that include Relacy are compiled."""

load("//tools/build:copts.bzl", "STILLPOINT_COPTS")

# Relacy runs millions of executions: a debug build would look at a tenth of them. Its fibers jump between stacks, which
# glibc's fortified longjmp takes for an error.
RELACY_OPTIMIZATION = [
    "-O2",
    "-U_FORTIFY_SOURCE",
]

RELACY_COPTS = STILLPOINT_COPTS + RELACY_OPTIMIZATION
