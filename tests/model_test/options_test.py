#!/usr/bin/python3
# SPDX-License-Identifier: BSL-1.0
"""options_test.py PROGRAM...: does each program do what its help says?

Each option that a program's help names is given to it and has its effect. An option that only another program's help names
is refused in one line that names it.
"""

import os
import re
import subprocess
import sys
import tempfile


class Program:
    def __init__(self, path):
        self.path = path
        self.help = self.run("--help").stdout
        self.options = re.findall(r"^  (--[\w-]+)", self.help, re.MULTILINE)
        self.checks = self.run("--list").stdout.split()
        # Any one; of the library's own checks one that is soon over.
        self.passing = "flag/hands_over_data" if self.fails() else "counters_atomics/counters_start_at_zero"

    def run(self, *arguments):
        return subprocess.run([self.path, *arguments], text=True, capture_output=True, check=False, env=ENVIRONMENT)

    def fails(self):
        return any(check.startswith("count/") for check in self.checks)


# Nothing of the test that runs this.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("TEST_")}


def fail(program, arguments, done, why):
    sys.exit(f"{program.path} {' '.join(arguments)}: {why}\nstatus {done.returncode}\n{done.stdout}{done.stderr}")


def expect(program, arguments, status, *patterns):
    done = program.run("--budget=quick", *arguments)
    missing = [pattern for pattern in patterns if not re.search(pattern, done.stdout, re.MULTILINE)]
    if done.returncode != status or missing:
        fail(program, arguments, done, f"expected status {status}, and {missing}")


def expect_file(program, arguments, status, file, pattern):
    expect(program, arguments, status)
    with open(file, encoding="utf-8") as written:
        text = written.read()
    if not re.search(pattern, text):
        sys.exit(f"{program.path} {' '.join(arguments)}: {file} lacks {pattern}:\n{text}")


def replay_id_of(program, failing):
    found = re.search(r"^replay: .* '?--replay=([^'\n]*)'?$", program.run(failing).stdout, re.MULTILINE)
    return found.group(1)


def use(program, option, folder):
    """Gives the program an option of its help."""
    one = "--filter=" + program.passing
    passes = r"^\d checks?: \d passed, 0 failed"
    failing = "--filter=count/loses_an_update"
    json = os.path.join(folder, "results.json")
    picture = os.path.join(folder, "picture.svg")
    engine = program.checks[0].rsplit("/", 1)[1]
    if option == "--filter":
        expect(program, [one], 0, passes)
    elif option == "--engine":
        expect(program, [one, "--engine=" + engine], 0, "^1 check: 1 passed", rf" {engine} ")
    elif option == "--seed":
        expect_file(program, [one, "--seed=7", "--json", json], 0, json, '"seed":7')
    elif option == "--json":
        expect_file(program, [one, "--json", json], 0, json, '"verdict":"passed"')
    elif option == "--graph":
        expect(program, [one, "--graph", picture], 0, passes)
        if program.fails():
            expect_file(program, [failing, "--graph", picture], 1, picture, "<svg")
    elif option == "--replay":
        if program.fails():
            expect(program, [failing, "--replay", replay_id_of(program, failing)], 1, r" +1  no +failed", "each thread counts")
    elif option == "--orders":
        # What it does takes long: //verify/orders:orders_test runs it.
        expect_refused(program, ["--orders", "--engine=explorer"], "--engine")
    elif option == "--no-estimate":
        expect(program, [one, option], 0, passes)
    elif option == "--list":
        expect(program, [one, "--list"], 0, "^" + program.passing)
    elif option == "--help":
        expect(program, ["--help"], 0, "--list")
    else:
        value = {"--budget": "normal", "--jobs": "2", "--stack": "1M", "--idle": "1.5", "--reuse": "1"}[option]
        expect(program, [one, option, value], 0, passes)


def expect_refused(program, arguments, option):
    done = program.run(*arguments)
    if done.returncode != 2 or len(done.stderr.splitlines()) != 1 or option not in done.stderr or done.stdout:
        fail(program, arguments, done, f"expected one line that refuses {option}")


def main():
    programs = [Program(path) for path in sys.argv[1:]]
    all_options = sorted({option for program in programs for option in program.options})
    values = {"--orders": [], "--no-estimate": []} | {"--graph": ["x.svg"], "--stack": ["1M"], "--idle": ["1"], "--reuse": ["1"]}
    for program in programs:
        with tempfile.TemporaryDirectory() as folder:
            for option in program.options:
                use(program, option, folder)
        others = [option for option in all_options if option not in program.options]
        for option in others:
            expect_refused(program, [option, *values[option]], option)
        print(f"{program.path}: {len(program.options)} options used, {len(others)} refused")
    # Where only some engines use it, what is selected decides; and --orders uses few.
    library = programs[-1]
    expect_refused(library, ["--engine=relacy", "--stack=1M"], "--stack")


if __name__ == "__main__":
    main()
