"""How the explorer is compiled."""

load("//tools/build:copts.bzl", "STILLPOINT_COPTS")

# An execution is checked a hundred thousand times per second or not at all.
EXPLORER_COPTS = STILLPOINT_COPTS + ["-O2", "-fno-semantic-interposition"]
