"""A test that calls a compiler itself, on one source: for what a compiler has to refuse, or to make of it."""

load("//tools/build:copts.bzl", "STILLPOINT_COPTS")
load("//tools/build:own_sources.bzl", "include_flags")

def _quoted(argument):
    return "'" + argument.replace("'", "'\\''") + "'"

def _compiler_test_impl(ctx):
    context = cc_common.merge_cc_infos(cc_infos = [dep[CcInfo] for dep in ctx.attr.deps]).compilation_context
    command = [ctx.executable.tool.short_path] + ctx.attr.arguments + ["--", ctx.attr.compiler]
    command += STILLPOINT_COPTS + include_flags(context) + ctx.attr.copts + [ctx.file.src.short_path]
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, "#!/usr/bin/env bash\nexec %s\n" % " ".join([_quoted(part) for part in command]), is_executable = True)
    runfiles = ctx.runfiles(files = [ctx.file.src], transitive_files = context.headers)
    return [DefaultInfo(executable = script, runfiles = runfiles.merge(ctx.attr.tool[DefaultInfo].default_runfiles))]

compiler_test = rule(
    implementation = _compiler_test_impl,
    test = True,
    doc = "Runs `TOOL ARGUMENTS... -- COMPILER FLAGS... SRC`, with our warnings and the headers of `deps`; passes if that succeeds.",
    attrs = {
        "arguments": attr.string_list(),
        "compiler": attr.string(mandatory = True),
        "copts": attr.string_list(),
        "deps": attr.label_list(providers = [CcInfo]),
        "src": attr.label(allow_single_file = [".cc"], mandatory = True),
        "tool": attr.label(executable = True, cfg = "target", mandatory = True),
    },
)
