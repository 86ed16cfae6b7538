"""Walks C++ targets along `deps` and runs a checker on each source file of this workspace, with its include paths.

The checks are build actions, so that each file's result is cached for itself. An action succeeds also when the checker
complains: its log then says what, and the test that collects the logs fails.
"""

CheckedSourcesInfo = provider(fields = {
    "logs": "depset of File: one log per source and check, empty where there was no complaint",
    "sources": "depset of File: the sources checked",
})

def include_flags(context):
    """A compiler's flags that say where the headers of a CompilationContext are."""
    flags = []
    for option, folders in [("-iquote", context.quote_includes), ("-I", context.includes), ("-isystem", context.system_includes)]:
        for folder in folders.to_list():
            flags += [option, folder]
    return flags + ["-D" + define for define in context.defines.to_list()]

def compilation_context_of(target, ctx):
    """What the sources of `target` see: its own headers, and those of its dependencies.

    Args:
      target: that an aspect visits.
      ctx: the aspect's context.

    Returns:
      The CompilationContext, and the flags for a compiler that say where its headers are.
    """
    infos = [dep[CcInfo] for dep in getattr(ctx.rule.attr, "deps", []) if CcInfo in dep]
    if CcInfo in target:
        infos.append(target[CcInfo])
    context = cc_common.merge_cc_infos(cc_infos = infos).compilation_context
    return context, include_flags(context)

def own_sources(ctx):
    """The C++ files of this workspace that the visited target lists in srcs, hdrs and textual_hdrs."""
    files = [file for attribute in ["hdrs", "srcs", "textual_hdrs"] for file in getattr(ctx.rule.files, attribute, [])]
    return [file for file in files if file.is_source and not file.owner.workspace_name and file.extension in ["hpp", "cc"]]

def merge_checked(ctx, sources, logs):
    """The visited target's CheckedSourcesInfo, with those of its dependencies."""
    below = [dep[CheckedSourcesInfo] for dep in getattr(ctx.rule.attr, "deps", []) if CheckedSourcesInfo in dep]
    return CheckedSourcesInfo(
        sources = depset(sources, transitive = [info.sources for info in below]),
        logs = depset(logs, transitive = [info.logs for info in below]),
    )

def is_ours(target):
    return not target.label.workspace_name

def checked_sources_test_impl(ctx, more_logs = []):
    """Implementation of a test rule with `targets` (visited by an aspect): fails if a log is not empty.

    Args:
      ctx: the rule's context.
      more_logs: of checks that look at several targets at once.

    Returns:
      The rule's providers: the test, and the list of the sources checked as output group "sources".
    """
    infos = [target[CheckedSourcesInfo] for target in ctx.attr.targets]
    sources = depset(transitive = [info.sources for info in infos])
    logs = depset(more_logs, transitive = [info.logs for info in infos])

    listing = ctx.actions.declare_file(ctx.label.name + ".sources")
    ctx.actions.write(listing, "".join(sorted([file.short_path + "\n" for file in sources.to_list()])))

    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, """#!/usr/bin/env bash
set -euo pipefail
if [[ ! -s {listing} ]]; then
  echo "nothing was checked"
  exit 1
fi
cat {logs}
echo "$(wc -l <{listing}) files checked, $(find -L {logs} -size +0 | wc -l) of {count} logs with complaints"
[[ -z "$(find -L {logs} -size +0)" ]]
""".format(
        listing = listing.short_path,
        logs = " ".join([log.short_path for log in logs.to_list()]),
        count = len(logs.to_list()),
    ), is_executable = True)
    return [
        DefaultInfo(
            executable = script,
            runfiles = ctx.runfiles(files = logs.to_list() + [listing]),
        ),
        OutputGroupInfo(sources = depset([listing])),
    ]
