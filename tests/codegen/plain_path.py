#!/usr/bin/python3
"""plain_path.py NAME=MOST[,ATOMIC]... RARE... -- COMPILER FLAG... SOURCE: is the usual way through each function short and plain?

From its first instruction to its first return, all conditional jumps not taken, the function NAME of SOURCE has at most MOST
instructions and calls nothing. In all of it there are ATOMIC read-modify-writes, none unless told, and no fence; and it calls
no function but those whose names contain a RARE.
"""

import re
import subprocess
import sys

# x86-64: what locks the bus, xchg with memory by itself; and fences.
X86_ATOMIC = re.compile(r"lock\b|xchg\S* .*\(")
X86_FENCE = re.compile(r"[lms]fence\b")
# AArch64: exclusives that begin a loop; the read-modify-writes of ARMv8.1; what stands in for them as a call.
AARCH64_ATOMIC = re.compile(
    r"lda?xrb?h? |(ld|st)(add|clr|eor|set|[su]max|[su]min)[al]*[bh]? |swp[al]*[bh]? |casp?[al]*[bh]? |bl? __aarch64_"
)
AARCH64_FENCE = re.compile(r"dmb\b|dsb\b")
CALL = re.compile(r"(?:callq?|blr?|jmpq?|br?) (?!\.L)(\S+)")
JUMP = re.compile(r"(?:jmp|b) (\.L\w+)$")
RETURN = re.compile(r"(?:retq?|ret)\b")


def functions(assembly):
    """Name -> labels and instructions, of each function."""
    found = {}
    lines = None
    for line in assembly.splitlines():
        begin = re.match(r"([A-Za-z_][\w.$]*):", line)
        # GCC's part of a function that is rarely run stands apart; it is part of it all the same.
        name = begin.group(1).removesuffix(".cold") if begin else None
        if begin and not name.startswith(".L"):
            lines = found.setdefault(name, [])
        elif lines is not None and re.match(r"\.L\w+:", line):
            lines.append(line.split(":")[0] + ":")
        elif lines is not None and re.match(r"\s+[a-z]", line):
            lines.append(" ".join(re.split(r"\s(?:# |//)", line)[0].split()))
    return found


def whole(code, name):
    """The lines of a function; of one that does nothing but jump to another one of SOURCE, of that one."""
    lines = code.get(name, [])
    instructions = [line for line in lines if not line.endswith(":")]
    called = CALL.match(instructions[0]) if len(instructions) == 1 else None
    return code.get(called.group(1), lines) if called else lines


def usual_path(lines):
    """The instructions up to the first return, along jumps that are always taken."""
    path = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.endswith(":"):
            continue
        path.append(line)
        jump = JUMP.match(line)
        if RETURN.match(line) or len(path) > 1000:
            return path
        if jump and jump.group(1) + ":" in lines:
            at = lines.index(jump.group(1) + ":")
    return path


def complaints(name, lines, most, atomic, rare, aarch64):
    if not lines:
        yield f"{name}: there is no such function"
        return
    path = usual_path(lines)
    if len(path) > most:
        yield f"{name}: {len(path)} instructions to its return, expected {most} at most"
    for line in path:
        called = CALL.match(line)
        if called:
            yield f"{name}: calls on its usual way: {line}"
    updates = [line for line in lines if (AARCH64_ATOMIC if aarch64 else X86_ATOMIC).match(line)]
    if len(updates) != atomic:
        yield f"{name}: {len(updates)} atomic read-modify-writes instead of {atomic}: {', '.join(updates)}"
    for line in lines:
        called = CALL.match(line)
        if (AARCH64_FENCE if aarch64 else X86_FENCE).match(line):
            yield f"{name}: a fence: {line}"
        if called and not line.startswith("bl __aarch64_") and not any(word in called.group(1) for word in rare):
            yield f"{name}: calls a function: {line}"


def main():
    split = sys.argv.index("--")
    command = sys.argv[split + 1 :]
    expected = [argument.split("=") for argument in sys.argv[1:split] if "=" in argument]
    rare = [argument for argument in sys.argv[1:split] if "=" not in argument]
    done = subprocess.run(command + ["-S", "-o", "-"], stdout=subprocess.PIPE, text=True, check=True)
    code = functions(done.stdout)
    found = []
    for name, numbers in expected:
        most, _, atomic = numbers.partition(",")
        lines = whole(code, name)
        found += complaints(name, lines, int(most), int(atomic or 0), rare, "aarch64" in " ".join(command))
        print(f"{name}: {len(usual_path(lines))} instructions to its return")
    print("\n".join(found))
    print(f"{len(expected)} functions, {len(found)} complaints")
    return 1 if found or not expected else 0


if __name__ == "__main__":
    sys.exit(main())
