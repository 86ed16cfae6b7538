#!/usr/bin/python3
# SPDX-License-Identifier: BSL-1.0
"""exported_names.py MODULE HEADER...: does the module export each name that the headers declare in namespace stillpoint?

And does it include each of them that is not in detail/? Names in namespace stillpoint::detail and macros stay behind.
"""

import pathlib
import re
import sys

DECLARATION = re.compile(
    r"\b(?:(?:class|struct|concept|enum\s+class|enum)\s+(?:\[\[.*?\]\]\s*)*(\w+)(?!\w|::|\s*<)|using\s+(\w+)\s*=|"
    r"constexpr\s+[\w:\s*]+?\b(\w+)\s*=|(\w+)\s*\()"
)


def without_comments_and_strings(text):
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', '""', text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", "", text, flags=re.MULTILINE)


def without_template_head(text):
    """A declaration without `template <...>` and `requires(...)` before it."""
    text = text.strip()
    while (head := re.match(r"template\s*<|requires\s*\(", text)) is not None:
        depth, at = 0, head.end() - 1
        while True:
            depth += (text[at] in "<(") - (text[at] in ">)" and text[at - 1] != "-")
            at += 1
            if depth == 0 or at == len(text):
                break
        text = text[at:].strip()
    return text


def declarations_in(text):
    """What stands directly in namespace stillpoint, each up to its `;` or `{`."""
    open_braces, current = [], ""
    for character in without_comments_and_strings(text):
        inside = open_braces == ["stillpoint"]
        if character == "{":
            namespace = re.search(r"namespace\s+([\w:]+)\s*$", current)
            if inside and not namespace:
                yield current
            open_braces.append(namespace.group(1) if namespace else "")
            current = ""
        elif character in ";}":
            if inside and character == ";":
                yield current
            if character == "}":
                open_braces.pop()
            current = ""
        else:
            current += character


def names_in(text):
    for declaration in declarations_in(text):
        declaration = without_template_head(declaration)
        # A member's definition outside of its class declares nothing here.
        member = re.match(r"(?:class|struct)\s+(?:\[\[.*?\]\]\s*)*\w+(?:<[^>]*>)?::", declaration)
        if member or declaration.startswith("static_assert"):
            continue
        found = DECLARATION.search(declaration)
        if found:
            yield next(name for name in found.groups() if name)


def main():
    module, *headers = map(pathlib.Path, sys.argv[1:])
    text = module.read_text(encoding="utf-8")
    exported = set(re.findall(r"^using stillpoint::(\w+);$", text, re.MULTILINE))
    declared = {name: header for header in headers for name in names_in(header.read_text(encoding="utf-8"))}
    public = {header.name for header in headers if header.parent.name != "detail"}
    complaints = [f"{declared[name]} declares {name}, which is not exported" for name in sorted(declared.keys() - exported)]
    complaints += [f"{name} is exported, but no header declares it" for name in sorted(exported - declared.keys())]
    included = set(re.findall(r'^#include "stillpoint/(\S+)"$', text, re.MULTILINE))
    complaints += [f"{name} is not included" for name in sorted(public - included)]
    print("\n".join([*complaints, f"{len(declared)} names of {len(headers)} headers, {len(complaints)} complaints"]))
    return 0 if declared and public and not complaints else 1


if __name__ == "__main__":
    sys.exit(main())
