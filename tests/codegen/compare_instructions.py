#!/usr/bin/python3
"""compare_instructions.py NAME=COUNT[,CALLS]... -- COMPILER FLAG... SOURCE: does the compiler make the same of library_NAME as
of by_hand_NAME?

The two functions must consist of the same instructions with the same operands, in the same order; only names of symbols and
labels may differ. Each must have COUNT atomic read-modify-writes, and CALLS calls of other functions, of which there are none
unless told: such as are made once, or when something is wrong. SOURCE must have no function library_X or by_hand_X that is not
named here.
"""

import difflib
import re
import subprocess
import sys

# x86-64: what locks the bus (xchg with memory does by itself). AArch64: the instructions of ARMv8.1, the functions that stand
# in for them where they may be missing, or a loop that begins with an exclusive load.
READ_MODIFY_WRITE = re.compile(
    r"lock\b|xchg\S* .*\(|(ld|st)(add|clr|eor|set|[su]max|[su]min)\w* |swp\w* |cas\w* |bl __aarch64_\w+|lda?xrb?h? "
)
LABEL = re.compile(r"\.L\w+")
CALL = re.compile(r"(callq?|blr?|jmpq?|br?) (?!__aarch64_)(?!\.L)")
# Not what begins with "#" alone: an operand on AArch64.
COMMENT = re.compile(r"(^|\s)(# |//)")


def assembly_of(command):
    done = subprocess.run(command + ["-S", "-o", "-"], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def functions(assembly):
    """Name -> lines of code and labels, of each function to be compared."""
    found = {}
    lines = []
    for line in assembly.splitlines():
        begin = re.match(r"((?:library|by_hand)_\w+):", line)
        if begin:
            lines = found[begin.group(1)] = []
        elif re.match(r"\s*\.size\s", line):
            lines = []
        else:
            lines.append(line)
    return found


def instructions(lines):
    """The instructions and the labels that these mention, where labels and symbols are numbered as they occur."""
    code = []
    for line in lines:
        text = " ".join(COMMENT.split(line)[0].split())
        if text and (LABEL.match(text) or not text.startswith(".")):
            code.append(text)
    used = {label for text in code if not text.endswith(":") for label in LABEL.findall(text)}
    code = [text for text in code if not text.endswith(":") or text[:-1] in used]
    names = {}

    def number(match):
        return names.setdefault(match.group(), "%s%d" % (".L" if match.group()[0] == "." else "symbol", len(names)))

    return [re.sub(r"\.L\w+|_Z\w+", number, text) for text in code]


def complaints(name, count, calls, library, by_hand):
    if not library or not by_hand:
        yield f"{name}: there is no library_{name}, or no by_hand_{name}"
        return
    if library != by_hand:
        difference = "\n".join(difflib.ndiff(by_hand, library))
        yield f"{name}: instructions differ; - is written by hand, + is the library:\n{difference}"
    atomic = [text for text in library if READ_MODIFY_WRITE.match(text)]
    if len(atomic) != count:
        yield f"{name}: {len(atomic)} atomic read-modify-writes instead of {count}: {', '.join(atomic)}"
    called = [text for text in library if CALL.match(text)]
    if len(called) != calls:
        yield from [f"{name}: calls a function: {text}" for text in called] or [f"{name}: calls no function"]


def main():
    split = sys.argv.index("--")
    expected = {}
    for argument in sys.argv[1:split]:
        name, numbers = argument.split("=")
        count, _, calls = numbers.partition(",")
        expected[name] = (int(count), int(calls or 0))
    code = {name: instructions(lines) for name, lines in functions(assembly_of(sys.argv[split + 1 :])).items()}
    names = {re.sub("library_|by_hand_", "", name, count=1) for name in code}
    found = [f"{name}: its read-modify-writes have to be named" for name in sorted(names - set(expected))]
    for name, (count, calls) in expected.items():
        library = code.get("library_" + name)
        found += complaints(name, count, calls, library, code.get("by_hand_" + name))
        if library:
            print(f"{name}: {len(library)} lines, of which {count} atomic read-modify-writes")
    print("\n".join(found + [f"{len(expected)} functions, {len(found)} complaints"]))
    return 1 if found or not expected else 0


if __name__ == "__main__":
    sys.exit(main())
