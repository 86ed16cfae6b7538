#!/usr/bin/python3
# SPDX-License-Identifier: BSL-1.0
"""layers.py WORKSPACE: does each folder of the tree that holds WORKSPACE include only what it may touch?

The folders show the way that data go. What a folder may include, beside itself, stands in the table below, and nothing else
is allowed; a folder that is not in it has to be entered. A header counts with its folder, a test's own sources do not:
they look at whatever they test. Bazel refuses what reaches up within the explorer as a dependency, too, as long as each of
its storeys is visible only to those above it: none may be public.
"""

import os
import pathlib
import re
import sys

EXPLORER = "verify/explorer/"
# From the bottom up: each may include those before it.
STOREYS = ["model", "search", "machine"]

CLIENTS = "verify/clients"
# The primitives whose clients are a folder.
PRIMITIVES = ["atomic_value", "counters", "rendezvous", "tracker", "writer_reader_phaser"]
CLIENT_FOLDERS = [CLIENTS, *(CLIENTS + "/" + primitive for primitive in PRIMITIVES)]
# What a client may touch: the text under test, its specification, and what clients and engines agree on.
CLIENT_MAY_INCLUDE = ["lib/stillpoint", "lib/stillpoint/detail", "models", "verify", "verify/history", "verify/std"]

ALLOWED = {
    # The product and the specification depend on nothing, and not on each other.
    "lib/stillpoint": ["lib/stillpoint/detail"],
    "lib/stillpoint/detail": ["lib/stillpoint"],
    "models": [],
    # What clients and engines agree on.
    # claimed_stripes.hpp gives clients the registry that products' stripes come from.
    "verify": ["lib/stillpoint", "lib/stillpoint/detail"],
    "verify/history": ["lib/stillpoint", "verify"],
    "verify/std": ["lib/stillpoint", "verify"],
    "verify/runner": ["verify"],
    **{folder: CLIENT_MAY_INCLUDE for folder in CLIENT_FOLDERS},
    # The clients of a primitive that is made of others use theirs.
    CLIENTS: [*CLIENT_MAY_INCLUDE, *CLIENT_FOLDERS],
    "verify/planted": ["verify", *CLIENT_FOLDERS],
    # The engines know no client, and one not the other.
    "verify/relacy": ["lib/stillpoint", "verify"],
    **{EXPLORER + name: ["verify", *(EXPLORER + below for below in STOREYS[:i])] for i, name in enumerate(STOREYS)},
    # A front end and the reports do not know each other: another front end has the same reports.
    EXPLORER + "policy": ["lib/stillpoint", "verify", *(EXPLORER + below for below in STOREYS)],
    EXPLORER + "reports": ["verify", *(EXPLORER + below for below in STOREYS)],
    "verify/explorer": ["verify", *(EXPLORER + below for below in [*STOREYS, "policy", "reports"])],
    # A front end for code as it is compiled: what it shows is the policy's engine's.
    "verify/native/include/stillpoint": [],
    "verify/native": ["verify/native/include/stillpoint", "verify", "verify/explorer", *(EXPLORER + below for below in [*STOREYS, "reports"])],
    # Clients on what products get.
    "verify/native/shipped": ["lib/stillpoint", "verify", *CLIENT_FOLDERS, "verify/runner", "verify/native"],
    "verify/native/compilers": ["verify/explorer/oracle", "verify/native/include/stillpoint"],
    "verify/gallery": ["verify/native/include/stillpoint"],
    # The oracle shares nothing with what it judges.
    EXPLORER + "oracle": [],
    EXPLORER + "agreement": ["verify", "verify/std", *(EXPLORER + below for below in [*STOREYS, "policy", "oracle"])],
    # Above the engines.
    "verify/checks": ["verify", *CLIENT_FOLDERS, "verify/runner", "verify/relacy", "verify/explorer", EXPLORER + "agreement"],
    "verify/litmus": ["verify/relacy", *(EXPLORER + below for below in [*STOREYS, "policy", "oracle"])],
    "verify/orders": ["verify", *CLIENT_FOLDERS, "verify/runner", "verify/relacy",
                      *(EXPLORER + below for below in [*STOREYS, "policy", "reports"])],
}
# The programs at the top put everything together.
PROGRAM = ["verify", "verify/checks", "verify/orders", "verify/runner"]


def is_test(file):
    return file.name.endswith("_test.cc") or file.name == "testing.hpp"


def folder_of(root, file, included):
    """Where an include leads, as a folder of the tree; none if it is another project's."""
    for candidate in (file.parent / included, root / included, root / "lib" / included):
        if candidate.is_file():
            return pathlib.Path(os.path.normpath(candidate.parent)).relative_to(root).as_posix()
    return None


def complaints_in(root):
    for top in ("lib", "models", "verify"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".hpp", ".cc") or is_test(file):
                continue
            own = file.parent.relative_to(root).as_posix()
            if own not in ALLOWED:
                yield f"{file.relative_to(root)}: what may {own} include? enter it in tests/layers/layers.py"
                continue
            allowed = PROGRAM if own == "verify" and file.suffix == ".cc" else ALLOWED[own]
            for line, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                included = re.match(r'\s*#\s*include\s+["<]([^">]+)[">]', text)
                target = folder_of(root, file, included.group(1)) if included else None
                if target is not None and target != own and target not in allowed:
                    yield f"{file.relative_to(root)}:{line}: {own} may not include {target}"


def public_storeys_in(root):
    for folder in ALLOWED:
        build = root / folder / "BUILD.bazel"
        if folder.startswith(EXPLORER) and build.is_file() and "//visibility:public" in build.read_text(encoding="utf-8"):
            yield f"{folder}/BUILD.bazel: a storey is visible to those above it, and not public"


def main():
    root = pathlib.Path(sys.argv[1]).resolve().parent
    complaints = [*complaints_in(root), *public_storeys_in(root)]
    for complaint in complaints:
        print(complaint)
    present = [folder for folder in ALLOWED if (root / folder).is_dir()]
    print(f"{len(present)} folders checked, {len(complaints)} complaints")
    return 0 if present and not complaints else 1


if __name__ == "__main__":
    sys.exit(main())
