"""Headers, and nothing to link: what lib/ consists of."""

def _header_library_impl(ctx):
    package = ctx.label.package
    if ctx.label.workspace_root:
        package = ctx.label.workspace_root + "/" + package
    headers = depset(ctx.files.hdrs)
    if ctx.label.workspace_name:
        folders = {"system_includes": depset([package])}
    else:
        folders = {"includes": depset([package])}
    own = CcInfo(compilation_context = cc_common.create_compilation_context(headers = headers, **folders))
    return [
        DefaultInfo(files = headers, runfiles = ctx.runfiles(files = ctx.files.hdrs)),
        cc_common.merge_cc_infos(direct_cc_infos = [own], cc_infos = [dep[CcInfo] for dep in ctx.attr.deps]),
    ]

header_library = rule(
    implementation = _header_library_impl,
    doc = """A C++ library of headers, included by their path from its package.

Unlike cc_library with `includes`, which makes the folder a system one, and so silences every warning in it, this does
that only for other workspaces: in our own, our headers meet our warnings. And unlike cc_library with
`strip_include_prefix`, traces name a header where it lies, not where Bazel links it.""",
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "hdrs": attr.label_list(allow_files = [".hpp"]),
    },
    provides = [CcInfo],
)
