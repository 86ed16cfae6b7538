"""header_matrix_test: does each header compile on its own, with every compiler and setting that we promise?"""

load("//tools/build:copts.bzl", "STILLPOINT_COPTS")
load(
    "//tools/build:own_sources.bzl",
    "CheckedSourcesInfo",
    "checked_sources_test_impl",
    "compilation_context_of",
    "is_ours",
    "merge_checked",
    "own_sources",
)

COMPILERS = [
    "g++-12",
    "clang++-14",
    "clang++-19",
    "i686-linux-gnu-g++",
    "aarch64-linux-gnu-g++",
]

def _compile(ctx, header, headers, flags):
    log = ctx.actions.declare_file("%s.%s.%s" % (ctx.rule.attr.name, header.basename, ctx.attr.compiler))
    ctx.actions.run(
        outputs = [log],
        inputs = headers,
        executable = ctx.executable._run_checker,
        tools = [ctx.executable._compile_header],
        arguments = [log.path, ctx.attr.compiler, ctx.executable._compile_header.path, header.path, ctx.attr.compiler] +
                    STILLPOINT_COPTS + flags,
        mnemonic = "HeaderCompile",
        progress_message = "%s %s" % (ctx.attr.compiler, header.short_path),
        use_default_shell_env = True,
    )
    return log

def _header_aspect_impl(target, ctx):
    if not is_ours(target):
        return []
    context, flags = compilation_context_of(target, ctx)
    sources = [file for file in own_sources(ctx) if file.extension == "hpp"]
    logs = [_compile(ctx, source, context.headers, flags) for source in sources]
    return [merge_checked(ctx, sources, logs)]

_header_aspect = aspect(
    implementation = _header_aspect_impl,
    attr_aspects = ["deps"],
    attrs = {
        "compiler": attr.string(values = COMPILERS),
        "_compile_header": attr.label(default = "//tests/headers:compile_header", executable = True, cfg = "exec"),
        "_run_checker": attr.label(default = "//tools/build:run_checker", executable = True, cfg = "exec"),
    },
)

header_matrix_test = rule(
    implementation = checked_sources_test_impl,
    test = True,
    attrs = {
        "compiler": attr.string(values = COMPILERS, mandatory = True),
        "targets": attr.label_list(aspects = [_header_aspect]),
    },
)
