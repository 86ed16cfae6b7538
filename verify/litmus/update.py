#!/usr/bin/python3
"""update.py TABLE PAGE [--write]: is the table of litmus tests on the page what the program TABLE prints?

With --write, makes it so, in the workspace that `bazel run` was called in.
"""

import difflib
import os
import pathlib
import subprocess
import sys

BEGIN = "<!-- litmus-table:begin -->\n"
END = "<!-- litmus-table:end -->\n"


def with_table(page, table):
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        sys.exit(f"update.py: the page does not have, once and in this order, {BEGIN.strip()} and {END.strip()}")
    before = page[: page.index(BEGIN) + len(BEGIN)]
    return before + table + page[page.index(END) :]


def main():
    program, path = sys.argv[1:3]
    write = sys.argv[3:] == ["--write"]
    if write:
        path = pathlib.Path(os.environ["BUILD_WORKSPACE_DIRECTORY"]) / path
    old = pathlib.Path(path).read_text(encoding="utf-8")
    table = subprocess.run([program], check=True, capture_output=True, encoding="utf-8").stdout
    new = with_table(old, table)
    if write:
        pathlib.Path(path).write_text(new, encoding="utf-8")
        print(f"{path}: {'as it was' if new == old else 'updated'}")
        return 0
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), "on the page", "printed now"))
    if new != old:
        print("The table is not current. To write it anew: bazel run //verify/litmus:update")
    return 0 if new == old else 1


sys.exit(main())
