"""kept_debug_info(): a library whose debug information stays in the programs that it is linked into."""

load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

# Bazel has the linker leave out what is called .debug_* when it builds fast, unless it is told --strip=never for all, and no
# target can say otherwise. Under another name the sections stay; verify/explorer/reports/debug_info.cc gives them their
# own back.
_SECTIONS = [
    "abbrev",
    "addr",
    "aranges",
    "info",
    "line",
    "line_str",
    "loc",
    "loclists",
    "ranges",
    "rnglists",
    "str",
    "str_offsets",
]

def _kept(ctx, toolchain, archive):
    # Bazel leaves it out only where it builds fast; a linker that puts sections under other names together for
    # optimized code refuses what refers to a definition that another object's replaces.
    if archive == None or ctx.var["COMPILATION_MODE"] != "fastbuild":
        return archive
    # First one object: of what several define alike, one definition stays, and what the others' debug information says of
    # it goes. A linker does that silently where the sections have their names, and only there.
    together = ctx.actions.declare_file("%s/%s.o" % (ctx.label.name, archive.basename))
    ctx.actions.run(
        executable = toolchain.ld_executable,
        arguments = ["-r", "--whole-archive", archive.path, "-o", together.path],
        inputs = depset([archive], transitive = [toolchain.all_files]),
        outputs = [together],
        mnemonic = "JoinObjects",
        progress_message = "Joining the objects of %s" % archive.short_path,
    )
    renamed = ctx.actions.declare_file("%s/%s.kept.o" % (ctx.label.name, archive.basename))
    arguments = ctx.actions.args()
    for section in _SECTIONS:
        arguments.add("--rename-section=.debug_%s=.kebug_%s" % (section, section))
    arguments.add(together)
    arguments.add(renamed)
    ctx.actions.run(
        executable = toolchain.objcopy_executable,
        arguments = [arguments],
        inputs = depset([together], transitive = [toolchain.all_files]),
        outputs = [renamed],
        mnemonic = "KeepDebugInfo",
        progress_message = "Keeping the debug information of %s" % archive.short_path,
    )
    result = ctx.actions.declare_file("%s/%s" % (ctx.label.name, archive.basename))
    ctx.actions.run(
        executable = toolchain.ar_executable,
        arguments = ["rcsD", result.path, renamed.path],
        inputs = depset([renamed], transitive = [toolchain.all_files]),
        outputs = [result],
        mnemonic = "ArchiveObject",
        progress_message = "Archiving %s" % archive.short_path,
    )
    return result

def _kept_debug_info_impl(ctx):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    inputs = []
    for linked in ctx.attr.library[CcInfo].linking_context.linker_inputs.to_list():
        if linked.owner != ctx.attr.library.label:
            inputs.append(linked)
            continue
        libraries = [
            cc_common.create_library_to_link(
                actions = ctx.actions,
                feature_configuration = features,
                cc_toolchain = toolchain,
                static_library = _kept(ctx, toolchain, each.static_library),
                pic_static_library = _kept(ctx, toolchain, each.pic_static_library),
                alwayslink = True,
            )
            for each in linked.libraries
        ]
        inputs.append(cc_common.create_linker_input(
            owner = ctx.label,
            libraries = depset(libraries),
            user_link_flags = depset(linked.user_link_flags),
        ))
    return [CcInfo(
        compilation_context = ctx.attr.library[CcInfo].compilation_context,
        linking_context = cc_common.create_linking_context(linker_inputs = depset(inputs, order = "topological")),
    )]

kept_debug_info = rule(
    implementation = _kept_debug_info_impl,
    doc = "The library, which is linked statically and as a whole, and all that it depends on.",
    attrs = {
        "library": attr.label(mandatory = True, providers = [CcInfo]),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
