#!/usr/bin/python3
"""guarantee_names.py WORKSPACE: is each guarantee's name where it has to be, in the tree that holds WORKSPACE?

A page docs/PRIMITIVE.md lists the guarantees of a primitive under "## Guarantees". Each name must be that of a property in
models/PRIMITIVE.hpp, of a client in verify/clients/PRIMITIVE.hpp or a file of the folder verify/clients/PRIMITIVE (there also as
NAME/VARIANT), and occur in tests/. And each client's guarantee must be on the page, if not in that list (as that of a client which checks histories is not, whose property
is the whole model) then elsewhere in `backquotes`.
"""

import pathlib
import re
import sys

SOURCES = {".cc", ".hpp", ".bzl", ".bazel", ".sh", ".py"}


def guarantees_on(page):
    """The names listed on a page; None if it has no such list."""
    section = re.search(r"^## Guarantees\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return re.findall(r"^\d+\. `(\w+)`", section.group(1), re.MULTILINE) if section else None


def read(path):
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def strings_in(text):
    """The C++ string literals in a text, up to a slash: the names that properties and clients give themselves."""
    return set(re.findall(r'"(\w+)(?:/[^"]*)?"', text))


def clients_of(root, primitive):
    """Where a primitive's clients are, a folder or a file, and their text."""
    folder = root / "verify" / "clients" / primitive
    if folder.is_dir():
        return folder, "".join(read(file) for file in sorted(folder.glob("*.hpp")))
    return folder.with_suffix(".hpp"), read(folder.with_suffix(".hpp"))


def clients_guarantees(text):
    return set(re.findall(r'\bguarantee\s*=\s*"(\w+)(?:/[^"]*)?"', text))


def words_in_tests(root):
    here = root / "tests" / "docs"
    files = [f for f in (root / "tests").rglob("*") if f.is_file() and f.suffix in SOURCES and here not in f.parents]
    return {word for f in files for word in re.findall(r"\w+", read(f))}


def complaints_about(root, page, text, names, in_tests):
    primitive = page.stem
    model = root / "models" / (primitive + ".hpp")
    clients, clients_text = clients_of(root, primitive)
    in_model = strings_in(read(model))
    in_clients = clients_guarantees(clients_text)
    if not names:
        yield f"docs/{page.name} has a section Guarantees without a name in it"
    for name in names:
        for where, found in [(model, in_model), (clients, in_clients), (root / "tests", in_tests)]:
            if name not in found:
                yield f"{name}, a guarantee of docs/{page.name}, is not in {where.relative_to(root)}"
    for name in sorted(in_clients - set(names)):
        if f"`{name}`" not in text:
            yield f"{name}, the guarantee of a client in {clients.relative_to(root)}, is not on docs/{page.name}"


def main():
    root = pathlib.Path(sys.argv[1]).resolve().parent
    in_tests = words_in_tests(root)
    checked = 0
    complaints = []
    pages = {page: guarantees_on(read(page)) for page in sorted((root / "docs").glob("*.md"))}
    for page, names in pages.items():
        if names is not None:
            checked += len(names)
            complaints += complaints_about(root, page, read(page), names, in_tests)
    for client in sorted((root / "verify" / "clients").iterdir()):
        if client.name != "BUILD.bazel" and pages.get(root / "docs" / (client.stem + ".md")) is None:
            complaints.append(f"verify/clients/{client.name} has no page with guarantees in docs/")
    for complaint in complaints:
        print(complaint)
    print(f"{checked} names checked, {len(complaints)} complaints")
    return 0 if checked > 0 and not complaints else 1


sys.exit(main())
