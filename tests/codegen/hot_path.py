#!/usr/bin/python3
"""hot_path.py NAME=STORES,MOST... -- COMPILER FLAG... SOURCE: is there a cheap way through each function that is named?

A way leads along jumps and branches from the function's beginning to its return. It may not come by an atomic
read-modify-write, a fence, or a call; it makes STORES stores, those to the stack not counted (on AArch64, release stores); and
the shortest one has at most MOST instructions. What a function does on its other ways is not looked at.
"""

import heapq
import re
import subprocess
import sys

# x86-64: what locks the bus, xchg with memory by itself; and fences. AArch64: exclusives; the read-modify-writes of ARMv8.1;
# barriers.
ORDERING = re.compile(
    r"lock\b|xchg\S* .*\(|[lms]fence\b|(ld|st)[al]*x[rp][bh]?\b|(ld|st)(add|clr|eor|set|[su]max|[su]min)[al]*[bh]?\b|"
    r"swp[al]*[bh]?\b|casp?[al]*[bh]?\b|dmb\b|dsb\b|isb\b"
)
CALL = re.compile(r"callq?|blr?|br")
RETURN = re.compile(r"retq?\b")
# The last operand is where they lead.
JUMP = re.compile(r"(jmpq?|b) ")
BRANCH = re.compile(r"(j[a-z]+|b\.?[a-z]{2}|cbn?z|tbn?z) ")
STORE = re.compile(r"stlu?r[bh]? |mov[bwlq]? [^()]+, [^()]*\((?!%rsp)[^()]*\)$")


def functions(assembly):
    """Name -> (instructions, label -> index of the instruction after it), of each function."""
    found = {}
    code, labels = [], {}
    for line in assembly.splitlines():
        text = " ".join(re.split(r"(?:^|\s)(?:# |//)", line)[0].split())
        begin = re.match(r"([A-Za-z_]\w*):", text)
        if begin:
            code, labels = found.setdefault(begin.group(1), ([], {}))
        elif re.match(r"\.L\w+:", text):
            labels[text[:-1]] = len(code)
        elif text and text[0] != "." and not text.endswith(":"):
            code.append(text)
    return found


def successors(code, labels, at):
    """The instructions that may be run after that one; none after one that no cheap way comes by."""
    text = code[at]
    if ORDERING.match(text) or CALL.fullmatch(text.split()[0]):
        return []
    target = [labels[text.split()[-1]]] if text.split()[-1] in labels else []
    if JUMP.match(text):
        return target
    return target + [at + 1] if BRANCH.match(text) else [at + 1]


def shortest_way(code, labels, stores):
    """How many instructions it has; None if there is none."""
    waiting = [(1, 0, 0)]
    seen = set()
    while waiting:
        length, at, stored = heapq.heappop(waiting)
        if at >= len(code) or (at, stored) in seen:
            continue
        seen.add((at, stored))
        if RETURN.match(code[at]):
            if stored == stores:
                return length
            continue
        stored += 1 if STORE.match(code[at]) else 0
        if stored <= stores:
            for after in successors(code, labels, at):
                heapq.heappush(waiting, (length + 1, after, stored))
    return None


def main():
    split = sys.argv.index("--")
    done = subprocess.run(sys.argv[split + 1 :] + ["-S", "-o", "-"], stdout=subprocess.PIPE, text=True, check=True)
    code = functions(done.stdout)
    complaints = []
    for argument in sys.argv[1:split]:
        name, numbers = argument.split("=")
        stores, most = map(int, numbers.split(","))
        way = shortest_way(*code[name], stores) if name in code else None
        if name not in code:
            complaints.append(f"{name}: there is no such function")
        elif way is None:
            complaints.append(f"{name}: no way through it has {stores} stores and nothing that costs more")
        elif way > most:
            complaints.append(f"{name}: the shortest way has {way} instructions, which is more than {most}")
        else:
            print(f"{name}: {way} instructions")
    print("\n".join(complaints + [f"{split - 1} functions, {len(complaints)} complaints"]))
    return 1 if complaints or split == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
