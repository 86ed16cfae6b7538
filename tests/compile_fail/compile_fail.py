#!/usr/bin/python3
"""compile_fail.py -- COMPILER FLAG... SOURCE: is each line of SOURCE that must not compile refused, for the right reason?

Such a line follows a comment, or several, of the form `// must not compile: REGEX`. The compiler has to report an error there,
and what it says with that error has to match each REGEX. It must report no error elsewhere; and without those lines, SOURCE has
to compile without a word.
"""

import os
import re
import subprocess
import sys

EXPECTATION = re.compile(r"\s*// must not compile: (.*)")
ERROR = re.compile(r"\S+:\d+:\d+: (fatal )?error: ")
# What GCC prints ahead of an error or a note, to say how it came there.
CONTEXT = re.compile(r"In file included from |\s+from \S+:\d+|\S+: (In|At) |\S+:\d+:\d+:\s+(recursively )?(required|in) ")


def expectations(lines):
    """Line number -> the patterns for it."""
    found = {}
    patterns = []
    for number, line in enumerate(lines, start=1):
        expectation = EXPECTATION.fullmatch(line)
        if expectation:
            patterns.append(expectation.group(1))
        elif patterns:
            found[number] = patterns
            patterns = []
    return found


def run_compiler(command, text):
    """Whether `text` compiles, and what the compiler says, in plain ASCII."""
    all_errors = ["-ferror-limit=0"] if "clang" in command[0] else []
    done = subprocess.run(
        command + all_errors + ["-fsyntax-only", "-x", "c++", "-"],
        env=dict(os.environ, LC_ALL="C"),
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout


def errors(said):
    """What belongs to one error, in one text each."""
    found = []
    context = []
    for line in said.splitlines():
        if CONTEXT.match(line):
            context.append(line)
            continue
        if ERROR.match(line) or not found:
            found.append([])
        found[-1] += context + [line]
        context = []
    return ["\n".join(lines) for lines in found if any(ERROR.match(line) for line in lines)]


def line_of(error):
    """The line of SOURCE where the error is, or where a template is used in which it is; 0 if there is none."""
    place = re.search(r"^<stdin>:(\d+):", error, re.MULTILINE)
    return int(place.group(1)) if place else 0


def complaints(command, text):
    lines = text.splitlines()
    expected = expectations(lines)
    if not expected:
        yield "no line is marked as one that must not compile"
    rest = "\n".join("" if number in expected else line for number, line in enumerate(lines, start=1))
    compiled, said = run_compiler(command, rest)
    if not compiled or said:
        yield f"without the lines that must not compile it has to compile, and silently:\n{said}"
    said_there = {}
    for error in errors(run_compiler(command, text)[1]):
        said_there.setdefault(line_of(error), []).append(error)
    for number in sorted(set(said_there) - set(expected)):
        yield f"line {number} has to compile:\n" + "\n".join(said_there[number])
    for number, patterns in expected.items():
        yield from complaints_of_line(number, lines[number - 1], patterns, said_there.get(number, []))


def complaints_of_line(number, line, patterns, said):
    if not said:
        yield f"line {number} compiles, though it must not: {line}"
    elif not any(all(re.search(pattern, error) for pattern in patterns) for error in said):
        yield f"line {number} is refused, but not for: {' '.join(patterns)}\n" + "\n".join(said)


def main():
    command = sys.argv[sys.argv.index("--") + 1 :]
    with open(command.pop(), encoding="utf-8") as source:
        text = source.read()
    found = list(complaints(command, text))
    print("\n".join(found + [f"{len(expectations(text.splitlines()))} lines, {len(found)} complaints"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
