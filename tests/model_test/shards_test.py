#!/usr/bin/python3
# SPDX-License-Identifier: BSL-1.0
"""shards_test.py PROGRAM: where shards divide the work, is a counterexample that all of them meet shown once?

The first shard prints it thread by thread; the other ones fail as well, with the headline and the command that replays it.
"""

import os
import re
import subprocess
import sys

SHARDS = 3


def report_of(program, shard):
    environment = os.environ | {"TEST_TOTAL_SHARDS": str(SHARDS), "TEST_SHARD_INDEX": str(shard)}
    environment.pop("TEST_SHARD_STATUS_FILE", None)
    done = subprocess.run([program, "--budget=quick"], text=True, capture_output=True, check=False, env=environment)
    if done.returncode != 1:
        sys.exit(f"shard {shard}: status {done.returncode}, expected 1\n{done.stdout}{done.stderr}")
    return done.stdout


def main():
    reports = [report_of(sys.argv[1], shard) for shard in range(SHARDS)]
    shown = [shard for shard, report in enumerate(reports) if "thread T1:" in report]
    if shown != [0]:
        sys.exit(f"shown thread by thread by {shown}, expected the first alone:\n" + "\n".join(reports))
    for part in (r"^failed: .*\n.*each thread counts.*", r"^replay: .*"):
        found = {match.group(0) if (match := re.search(part, report, re.MULTILINE)) else None for report in reports}
        if len(found) != 1 or None in found:
            sys.exit(f"not the same in each shard: {found}")
    print(f"{SHARDS} shards name one counterexample, and the first shows it")


if __name__ == "__main__":
    main()
