#!/usr/bin/python3
"""loads_and_stores_only.py NAME... -- COMPILER FLAG... SOURCE: is there nothing but plain loads and stores in what the compiler makes?

No function of SOURCE may contain an atomic read-modify-write, a fence, or a call of one that the compiler's library has; and
each NAME has to be one of its functions. On AArch64, where they have instructions of their own, each of these functions has an
acquire load and a release store, itself or in what it calls, so that what is looked at is what was meant.
"""

import re
import subprocess
import sys

# x86-64: what locks the bus, xchg with memory by itself; and fences.
X86 = re.compile(r"lock\b|xchg|cmpxchg|xadd|[lms]fence\b")
# AArch64: exclusives; the read-modify-writes of ARMv8.1; barriers.
AARCH64 = re.compile(
    r"(ld|st)[al]*x[rp][bh]?\b|(ld|st)(add|clr|eor|set|[su]max|[su]min)[al]*[bh]?\b|swp[al]*[bh]?\b|casp?[al]*[bh]?\b|dmb\b|dsb\b|isb\b"
)
# What stands in for them as a call.
CALL = re.compile(r"(callq?|blr?|jmpq?|b) (__aarch64_|__atomic_|__sync_)")
LOAD = re.compile(r"ldap?u?r[bh]?\b")
STORE = re.compile(r"stlu?r[bh]?\b")


def functions(assembly):
    """Name -> instructions, of each function."""
    found = {}
    lines = None
    for line in assembly.splitlines():
        begin = re.match(r"([A-Za-z_][\w.$]*):", line)
        if begin and not begin.group(1).startswith(".L"):
            lines = found.setdefault(begin.group(1), [])
        elif lines is not None and re.match(r"\s+[a-z]", line):
            lines.append(" ".join(line.split()))
    return found


def with_what_it_calls(code, name):
    """The instructions of a function, and of those of SOURCE's functions that it calls."""
    reached = [name]
    for function in reached:
        for line in code.get(function, []):
            reached += [word for word in line.split()[1:2] if word in code and word not in reached]
    return [line for function in reached for line in code.get(function, [])]


def complaints(code, names, aarch64):
    forbidden = AARCH64 if aarch64 else X86
    for function, lines in code.items():
        for line in lines:
            if forbidden.match(line) or CALL.match(line):
                yield f"{function}: more than a load or a store: {line}"
    for name in names:
        lines = with_what_it_calls(code, name)
        if not lines:
            yield f"{name}: there is no such function"
        elif aarch64 and not (any(map(LOAD.match, lines)) and any(map(STORE.match, lines))):
            yield f"{name}: no acquire load, or no release store"


def main():
    split = sys.argv.index("--")
    names, command = sys.argv[1:split], sys.argv[split + 1 :]
    done = subprocess.run(command + ["-S", "-o", "-"], stdout=subprocess.PIPE, text=True, check=True)
    code = functions(done.stdout)
    found = list(complaints(code, names, "aarch64" in " ".join(command)))
    print("\n".join(found))
    print(f"{len(code)} functions, {sum(map(len, code.values()))} lines, {len(found)} complaints")
    return 1 if found or not names else 0


if __name__ == "__main__":
    sys.exit(main())
