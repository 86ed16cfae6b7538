"""The repositories of repositories.bzl, for MODULE.bazel. Only Bazel 6 and newer load this file."""

load("//third_party:repositories.bzl", "debian_libraries")

debian = module_extension(
    implementation = lambda module_ctx: debian_libraries(),
    doc = "The libraries that the checkers and the tests need, as Debian's packages install them.",
)
