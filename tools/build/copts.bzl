"""How Stillpoint's own C++ is compiled. Libraries of others come as system headers, so these warnings are ours alone."""

STILLPOINT_COPTS = [
    "-std=c++20",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wshadow",
    "-Werror",
]

TSAN_OPTS = ["-fsanitize=thread"]

ASAN_UBSAN_OPTS = [
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
]

# What any sanitizer wants: line numbers and whole stacks, at a bearable speed.
SANITIZER_COPTS = [
    "-g",
    "-O1",
    "-fno-omit-frame-pointer",
]
