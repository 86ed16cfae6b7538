#!/usr/bin/python3
"""pages.py WORKSPACE: are the pages sound, in the tree that holds WORKSPACE?

Every link that leads into the tree must arrive, also at a heading; every block of C++ must be one that is compiled and run,
which its line `<!-- example: NAME -->` and a page_example_test of that name in docs/examples say, or stand as it is in a
file of the tree, which its line `<!-- excerpt: PATH -->` names.
"""

import pathlib
import re
import sys


def anchors_of(text):
    """The names by which GitHub and others let links reach a page's headings."""
    headings = re.findall(r"^#+ +(.*)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def links_in(text):
    return re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", text)


def has_anchor(target, anchor):
    """A heading of a page, or `L12`, the twelfth line of any other text."""
    text = target.read_text(encoding="utf-8")
    if target.suffix == ".md":
        return anchor in anchors_of(text)
    line = re.fullmatch(r"L([1-9]\d*)", anchor)
    return line is not None and int(line.group(1)) <= len(text.splitlines())


def broken_links(root, page, text):
    for link in links_in(text):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if root not in [target, *target.parents] or not target.exists():
            yield f"{page.relative_to(root)}: {link} leads nowhere"
        elif anchor and not has_anchor(target, anchor):
            yield f"{page.relative_to(root)}: {link}: no such heading or line"


def false_excerpts(root, page, text):
    for match in re.finditer(r"^<!-- excerpt: (\S+) -->\n```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        source = root / match.group(1)
        if not source.exists() or match.group(2) not in source.read_text(encoding="utf-8"):
            yield f"{page.relative_to(root)}: this is not a part of {match.group(1)}: {match.group(2).splitlines()[0]}"


def code_not_compiled(root, page, text, examples):
    for match in re.finditer(r"(?:^<!-- example: (\w+) -->\n)?^```cpp$", text, re.MULTILINE):
        if re.search(r"^<!-- excerpt: \S+ -->\n\Z", text[: match.start()], re.MULTILINE):
            continue
        name = match.group(1)
        line = text.count("\n", 0, match.end()) + 1
        if name is None:
            yield f"{page.relative_to(root)}:{line}: this block of C++ is not marked as an example that is compiled"
        elif name not in examples:
            yield f"{page.relative_to(root)}:{line}: docs/examples has no page_example_test of the name {name}"


def main():
    root = pathlib.Path(sys.argv[1]).resolve().parent
    build = (root / "docs" / "examples" / "BUILD.bazel").read_text(encoding="utf-8")
    examples = set(re.findall(r'page_example_test\(\s*name = "(\w+)"', build))
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    complaints = []
    links = 0
    for page in pages:
        text = page.read_text(encoding="utf-8")
        links += len(links_in(text))
        complaints += broken_links(root, page, text)
        complaints += false_excerpts(root, page, text)
        complaints += code_not_compiled(root, page, text, examples)
    for complaint in complaints:
        print(complaint)
    print(f"{len(pages)} pages, {links} links and {len(examples)} examples checked, {len(complaints)} complaints")
    return 0 if len(pages) > 1 and links > 0 and examples and not complaints else 1


sys.exit(main())
