"""clang_tidy_test: is clang-tidy content with every source file that the given targets consist of?"""

load(
    "//tools/build:own_sources.bzl",
    "CheckedSourcesInfo",
    "checked_sources_test_impl",
    "compilation_context_of",
    "include_flags",
    "is_ours",
    "merge_checked",
    "own_sources",
)

# The one that can parse what clang++-19 compiles: std::source_location is beyond Debian's default, 14.
_CLANG_TIDY = "clang-tidy-19"

def _definitions(ctx):
    return [option for option in getattr(ctx.rule.attr, "copts", []) if option.startswith("-D")]

# Most of the time goes into the system's headers, so that many of ours are looked at in one translation unit.
_HEADERS_AT_ONCE = 16

def _tidy(ctx, name, source, inputs, options, flags):
    log = ctx.actions.declare_file(name + ".clang-tidy")
    ctx.actions.run(
        outputs = [log],
        inputs = depset([source, ctx.file._configuration], transitive = [inputs]),
        executable = ctx.executable._run_checker,
        arguments = [log.path, _CLANG_TIDY, _CLANG_TIDY, "--quiet", "--config-file=" + ctx.file._configuration.path] +
                    options + [source.path, "--", "-xc++", "-std=c++20"] + flags,
        mnemonic = "ClangTidy",
        progress_message = "clang-tidy " + name,
        use_default_shell_env = True,
    )
    return log

# A target's sources are looked at together, unless it is tagged with this: where their names hide each other.
_APART = "tidied-apart"

def _included(ctx, name, files, but):
    """A source that includes the files, and what has clang-tidy look into them, with all checks but those."""
    source = ctx.actions.declare_file(name + ".cc")
    ctx.actions.write(source, "".join(["#include \"%s\"\n" % file.path for file in files]))
    pattern = "(^|/)(%s)$" % "|".join([file.path.replace(".", "\\.").replace("+", "\\+") for file in files])
    return source, ["--header-filter=" + pattern, "--checks=" + ",".join(["-" + check for check in but])]

def _clang_tidy_aspect_impl(target, ctx):
    if not is_ours(target):
        return []
    context, flags = compilation_context_of(target, ctx)
    sources = own_sources(ctx)
    inputs = depset(sources, transitive = [context.headers])
    flags = flags + _definitions(ctx)
    to_compile = [source for source in sources if source.extension == "cc"]
    if len(to_compile) > 1 and _APART not in ctx.rule.attr.tags:
        name = ctx.rule.attr.name + ".tidied"
        source, options = _included(ctx, name, to_compile, ["bugprone-suspicious-include", "google-global-names-in-headers"])
        logs = [_tidy(ctx, name, source, inputs, options, flags)]
    else:
        logs = [
            _tidy(ctx, "%s.%s" % (ctx.rule.attr.name, source.basename), source, inputs, [], flags)
            for source in to_compile
        ]
    return [merge_checked(ctx, sources, logs)]

_CONFIGURATION = {
    "_configuration": attr.label(default = "//:.clang-tidy", allow_single_file = True),
    "_run_checker": attr.label(default = "//tools/build:run_checker", executable = True, cfg = "exec"),
}

_clang_tidy_aspect = aspect(
    implementation = _clang_tidy_aspect_impl,
    attr_aspects = ["deps"],
    attrs = _CONFIGURATION,
)

def _tidy_headers(ctx, number, headers, inputs, flags):
    name = "%s.headers_%d" % (ctx.label.name, number)
    source, options = _included(ctx, name, headers, ["bugprone-suspicious-include"])
    return _tidy(ctx, name, source, inputs, options, flags)

def _clang_tidy_test_impl(ctx):
    context = cc_common.merge_cc_infos(cc_infos = [target[CcInfo] for target in ctx.attr.targets if CcInfo in target]).compilation_context
    sources = depset(transitive = [target[CheckedSourcesInfo].sources for target in ctx.attr.targets])
    headers = [source for source in sources.to_list() if source.extension == "hpp"]
    inputs = depset(headers, transitive = [context.headers])
    return checked_sources_test_impl(ctx, [
        _tidy_headers(ctx, first // _HEADERS_AT_ONCE, headers[first:first + _HEADERS_AT_ONCE], inputs, include_flags(context))
        for first in range(0, len(headers), _HEADERS_AT_ONCE)
    ])

clang_tidy_test = rule(
    implementation = _clang_tidy_test_impl,
    test = True,
    attrs = dict(_CONFIGURATION, targets = attr.label_list(aspects = [_clang_tidy_aspect])),
)
