"""header_matrix_test: do the headers compile, with every compiler and setting that we promise?

With the default compiler each on its own, so that it includes what it needs; with the others, whose standard library is
the same, all of them in one translation unit.
"""

load("//tools/build:copts.bzl", "STILLPOINT_COPTS")
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

COMPILERS = [
    "g++-12",
    "clang++-14",
    "clang++-19",
    "i686-linux-gnu-g++",
    "aarch64-linux-gnu-g++",
]
_DEFAULT = COMPILERS[0]

def _compile(ctx, name, header, headers, flags):
    log = ctx.actions.declare_file("%s.%s" % (name, ctx.attr.compiler))
    ctx.actions.run(
        outputs = [log],
        inputs = headers,
        executable = ctx.executable._run_checker,
        tools = [ctx.executable._compile_header],
        arguments = [log.path, ctx.attr.compiler, ctx.executable._compile_header.path, header.path, ctx.attr.compiler] +
                    STILLPOINT_COPTS + flags,
        mnemonic = "HeaderCompile",
        progress_message = "%s %s" % (ctx.attr.compiler, name),
        use_default_shell_env = True,
    )
    return log

def _header_aspect_impl(target, ctx):
    if not is_ours(target):
        return []
    context, flags = compilation_context_of(target, ctx)
    sources = [file for file in own_sources(ctx) if file.extension == "hpp"]
    return [merge_checked(ctx, sources, [
        _compile(ctx, "%s.%s" % (ctx.rule.attr.name, source.basename), source, context.headers, flags)
        for source in sources
        if ctx.attr.compiler == _DEFAULT
    ])]

_TOOLS = {
    "_compile_header": attr.label(default = "//tests/headers:compile_header", executable = True, cfg = "exec"),
    "_run_checker": attr.label(default = "//tools/build:run_checker", executable = True, cfg = "exec"),
}

_header_aspect = aspect(
    implementation = _header_aspect_impl,
    attr_aspects = ["deps"],
    attrs = dict(_TOOLS, compiler = attr.string(values = COMPILERS)),
)

def _header_matrix_test_impl(ctx):
    if ctx.attr.compiler == _DEFAULT:
        return checked_sources_test_impl(ctx)
    context = cc_common.merge_cc_infos(cc_infos = [target[CcInfo] for target in ctx.attr.targets]).compilation_context
    headers = depset(transitive = [target[CheckedSourcesInfo].sources for target in ctx.attr.targets])
    together = ctx.actions.declare_file(ctx.label.name + ".hpp")
    ctx.actions.write(together, "".join([
        "#include \"%s\"\n" % header.path
        for header in headers.to_list()
        if header.extension == "hpp"
    ]))
    inputs = depset([together], transitive = [headers, context.headers])
    return checked_sources_test_impl(ctx, [
        _compile(ctx, ctx.label.name, together, inputs, ["-iquote", "."] + include_flags(context)),
    ])

header_matrix_test = rule(
    implementation = _header_matrix_test_impl,
    test = True,
    attrs = dict(
        _TOOLS,
        compiler = attr.string(values = COMPILERS, mandatory = True),
        targets = attr.label_list(aspects = [_header_aspect]),
    ),
)
