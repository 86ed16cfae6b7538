#!/usr/bin/python3
"""one_program.py SOURCE...: prints one program that is all of these programs, one after the other.

Before them come global variables with the names that products have for theirs: a header that warns of one would not compile
there.
"""

import pathlib
import re
import sys

GLOBALS = """all batch buffer cell count counts current domain each error expected first found function generation held index_of
    item key last left limit list lock mine n next node now number old other others owner place position previous reader rest
    result seen set shared size slot stripe stripes sum taken text token turns value values wait word writer""".split()


def main():
    includes, parts, calls = set(), [], []
    for name in sys.argv[1:]:
        source = pathlib.Path(name)
        lines = source.read_text().splitlines()
        includes.update(line for line in lines if line.startswith("#include"))
        rest = "\n".join(line for line in lines if not line.startswith("#include"))
        # What main may leave out, as another function may not.
        rest = re.sub(r"}\s*$", "return 0;\n}", rest)
        parts.append(f"namespace {source.stem} {{\n{rest}\n}}  // namespace {source.stem}")
        arguments = "0, nullptr" if re.search(r"^int main\(int", rest, re.M) else ""
        calls.append(f"{source.stem}::main({arguments})")
    print("\n".join(f"int {name};" for name in GLOBALS))
    print("\n".join(sorted(includes)))
    print("\n\n".join(parts))
    print("\nint main() { return " + " | ".join(calls) + "; }")


if __name__ == "__main__":
    main()
