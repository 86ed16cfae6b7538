"""joined: sources that are compiled together.

Most of the time of a small source goes into the headers that it includes. Sources of one subject, compiled as one
translation unit, pay for them once.
"""

def joined(name, srcs):
    """A source that includes `srcs`, to be given as `srcs` to a cc_library that lists them as textual_hdrs.

    Args:
      name: of the source, without ".cc".
      srcs: sources of this package, in the order in which they are included.

    Returns:
      A list of the one source.
    """
    lines = "".join(["#include \\\"%s/%s\\\"\\n" % (native.package_name(), source) for source in srcs])
    native.genrule(
        name = name,
        outs = [name + ".cc"],
        cmd = "printf '%s' >$@" % lines.replace("\\\"", "\""),
        visibility = ["//visibility:private"],
    )
    return [name + ".cc"]
