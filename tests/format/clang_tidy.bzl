"""clang_tidy_test: is clang-tidy content with every source file that the given targets consist of?"""

load(
    "//tools/build:own_sources.bzl",
    "CheckedSourcesInfo",
    "checked_sources_test_impl",
    "compilation_context_of",
    "is_ours",
    "merge_checked",
    "own_sources",
)

# The one that can parse what clang++-19 compiles: std::source_location is beyond Debian's default, 14.
_CLANG_TIDY = "clang-tidy-19"

def _definitions(ctx):
    return [option for option in getattr(ctx.rule.attr, "copts", []) if option.startswith("-D")]

def _tidy(ctx, source, headers, flags):
    log = ctx.actions.declare_file("%s.%s.clang-tidy" % (ctx.rule.attr.name, source.basename))
    ctx.actions.run(
        outputs = [log],
        inputs = depset([source, ctx.file._configuration], transitive = [headers]),
        executable = ctx.executable._run_checker,
        arguments = [log.path, _CLANG_TIDY, _CLANG_TIDY, "--quiet", "--config-file=" + ctx.file._configuration.path, source.path, "--"] +
                    ["-xc++", "-std=c++20", "-Wno-pragma-once-outside-header"] + flags,
        mnemonic = "ClangTidy",
        progress_message = "clang-tidy " + source.short_path,
        use_default_shell_env = True,
    )
    return log

def _clang_tidy_aspect_impl(target, ctx):
    if not is_ours(target):
        return []
    context, flags = compilation_context_of(target, ctx)
    sources = own_sources(ctx)
    headers = depset(sources, transitive = [context.headers])
    flags = flags + _definitions(ctx)
    return [merge_checked(ctx, sources, [_tidy(ctx, source, headers, flags) for source in sources])]

_clang_tidy_aspect = aspect(
    implementation = _clang_tidy_aspect_impl,
    attr_aspects = ["deps"],
    attrs = {
        "_configuration": attr.label(default = "//:.clang-tidy", allow_single_file = True),
        "_run_checker": attr.label(default = "//tools/build:run_checker", executable = True, cfg = "exec"),
    },
)

clang_tidy_test = rule(
    implementation = checked_sources_test_impl,
    test = True,
    attrs = {"targets": attr.label_list(aspects = [_clang_tidy_aspect])},
)
