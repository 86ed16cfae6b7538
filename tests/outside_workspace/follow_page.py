#!/usr/bin/python3
# SPDX-License-Identifier: BSL-1.0
"""follow_page.py WORKSPACE: does docs/checking_your_code.md do what it says, to whoever follows it word for word?

In a fresh folder beside this tree, each file gets the text that the page gives it, and each command of the page is run, in
the page's order. What it shows of a failure has to come out, and the command that the failure prints has to repeat it.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

PAGE = "docs/checking_your_code.md"
EXCERPT = re.compile(r"^<!-- excerpt: docs/examples/outside_workspace/(\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Follower:
    def __init__(self, folder):
        self.product = folder / "product"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("TEST_")} | {"HOME": str(folder)}
        # A Bazel of its own, which leaves nothing outside of the folder.
        self.bazel = ["bazel", "--nohome_rc", f"--output_user_root={folder}/bazel"]
        self.quiet = ["--jobs=2", "--noshow_progress"]

    def run(self, command, status, *expected):
        """Runs a line of the page as it stands, but for the Bazel that it means."""
        print(f"$ {command}", flush=True)
        words = command.split()
        if words[0] == "bazel":
            words = self.bazel + words[1:2] + self.quiet + words[2:]
        else:
            words = ["bash", "-c", command]
        done = subprocess.run(words, cwd=self.product, env=self.environment, text=True, capture_output=True)
        output = done.stdout + done.stderr
        missing = [text for text in expected if text not in output]
        if done.returncode != status or missing:
            print(output)
            sys.exit(f"FAILED: {command}: status {done.returncode}, expected {status}; not printed: {missing}")
        if len(done.stderr.splitlines()) > 60:
            print(output)
            sys.exit(f"FAILED: {command}: {len(done.stderr.splitlines())} lines that nobody reads")
        return output


    def end(self):
        subprocess.run(self.bazel + ["shutdown"], cwd=self.product, env=self.environment, check=True)
        subprocess.run(["chmod", "-R", "u+w", str(self.product.parent)], check=True)


def commands_of(page, after):
    lines = re.findall(r"^    ((?:bazel|sed) .*)$", page[page.index(after):], re.MULTILINE)
    return [line.strip() for line in lines]


def follow(page, follower):
    test, run, weaken, graph = commands_of(page, "## 4. The test")
    follower.run(test, 0, "ticket_lock  excludes   explorer        3", "  yes         passed", "relacy",
                 "//:ticket_lock_model_explorer_test", "//:ticket_lock_model_relacy_test")
    follower.run(run, 0, "1 check: 1 passed")
    follower.run(weaken, 0)
    shown = re.search(r"^```\n(failed: ticket_lock.*?)^```$", page, re.MULTILINE | re.DOTALL).group(1)
    output = follower.run(test, 3, shown)
    trace = shown.splitlines()[3]
    if output.count(trace) != 1:
        sys.exit(f"FAILED: {test}: the explorer shows its counterexample {output.count(trace)} times, expected once")
    headline, replay = shown.splitlines()[1], shown.splitlines()[-1].removeprefix("replay: ")
    follower.run(replay, 1, headline)
    picture = follower.product / "race.svg"
    follower.run(graph, 1, headline, f"picture: {picture}")
    if "<svg" not in picture.read_text(encoding="utf-8"):
        sys.exit("FAILED: race.svg is no picture")


def main():
    root = pathlib.Path(sys.argv[1]).resolve().parent
    page = (root / PAGE).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="follow.", dir=os.environ.get("TEST_TMPDIR")) as name:
        folder = pathlib.Path(name)
        (folder / "product").mkdir()
        (folder / "stillpoint").symlink_to(root)
        files = dict(EXCERPT.findall(page))
        for path, text in files.items():
            (folder / "product" / path).write_text(text, encoding="utf-8")
        follower = Follower(folder)
        try:
            follow(page, follower)
        finally:
            follower.end()
    print(f"{len(files)} files and every command of {PAGE}: as it says")


if __name__ == "__main__":
    main()
