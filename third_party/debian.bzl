"""Repository rules over what Debian's packages installed: nothing is downloaded, nothing is copied into this tree."""

_RULES_CC = "/usr/share/bazel/rules/cc"

def _need(repository_ctx, path, package):
    if not repository_ctx.path(path).exists:
        fail("%s is missing: install Debian's package %s, or run tools/setup" % (path, package))

def _debian_library_impl(repository_ctx):
    for name in repository_ctx.attr.headers:
        path = "/usr/include/" + name
        if not repository_ctx.attr.optional:
            _need(repository_ctx, path, repository_ctx.attr.package)

        # Made even when the package is absent: Bazel follows the link at each build, so installing the package is
        # noticed without a restart.
        repository_ctx.symlink(path, "include/" + name)
    repository_ctx.file("WORKSPACE.bazel", "workspace(name = \"%s\")\n" % repository_ctx.name)
    repository_ctx.symlink(repository_ctx.attr.build_file, "BUILD.bazel")

debian_library = repository_rule(
    implementation = _debian_library_impl,
    doc = "A C++ library of a Debian package: folders of /usr/include under include/, and a BUILD file.",
    local = True,
    attrs = {
        "build_file": attr.label(mandatory = True, allow_single_file = True),
        "headers": attr.string_list(mandatory = True, doc = "Files or folders of /usr/include."),
        "optional": attr.bool(doc = "Absence is the BUILD file's business instead of an error."),
        "package": attr.string(mandatory = True, doc = "Debian's package, named when it is missing."),
    },
)

def _debian_rules_cc_impl(repository_ctx):
    _need(repository_ctx, _RULES_CC, "bazel-rules-cc")
    listing = repository_ctx.execute(["find", _RULES_CC, "(", "-type", "f", "-o", "-type", "l", ")", "-printf", "%P\\n"])
    if listing.return_code != 0:
        fail("cannot list %s: %s" % (_RULES_CC, listing.stderr))
    for name in listing.stdout.splitlines():
        source = _RULES_CC + "/" + name
        if name.startswith("cc/private/rules_impl/") and name.endswith(".bzl"):
            # Debian's rules_cc is younger than Debian's Bazel 4, which has no use_cpp_toolchain().
            text = repository_ctx.read(source)
            text = text.replace(", \"use_cpp_toolchain\")", ")")
            text = text.replace("use_cpp_toolchain()", "[\"@bazel_tools//tools/cpp:toolchain_type\"]")
            repository_ctx.file(name, text, executable = False)
        else:
            repository_ctx.symlink(source, name)

debian_rules_cc = repository_rule(
    implementation = _debian_rules_cc_impl,
    doc = "Debian's bazel-rules-cc, made to work with Debian's Bazel.",
    local = True,
)

def _no_coverage_tools_impl(repository_ctx):
    repository_ctx.file("WORKSPACE.bazel", "workspace(name = \"%s\")\n" % repository_ctx.name)
    repository_ctx.file(
        "BUILD.bazel",
        "filegroup(name = \"coverage_report_generator\", visibility = [\"//visibility:public\"])\n",
    )

no_coverage_tools = repository_rule(
    implementation = _no_coverage_tools_impl,
    doc = "Stands in for the archive that Bazel would download for every test, even without coverage.",
)
