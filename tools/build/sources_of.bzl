"""sources_of: the C++ files of this workspace that targets consist of, with all that they depend on."""

load(":own_sources.bzl", "CheckedSourcesInfo", "is_ours", "merge_checked", "own_sources")

def _sources_aspect_impl(target, ctx):
    return [merge_checked(ctx, own_sources(ctx), [])] if is_ours(target) else []

_sources_aspect = aspect(
    implementation = _sources_aspect_impl,
    attr_aspects = ["deps"],
)

def _sources_of_impl(ctx):
    files = depset(transitive = [target[CheckedSourcesInfo].sources for target in ctx.attr.targets])
    return [DefaultInfo(files = files, runfiles = ctx.runfiles(transitive_files = files))]

sources_of = rule(
    implementation = _sources_of_impl,
    attrs = {"targets": attr.label_list(aspects = [_sources_aspect])},
)
