#!/usr/bin/env -S python3 -B
"""counts_test.py VERIFY SHIPPED PRIMITIVE...: clients have as many executions on std_policy as on the explorer's policy.

That is so where the policy chooses nothing: it chooses who owns a stripe at which call, and std_policy does not.
"""
import json
import os
import subprocess
import sys
import tempfile


def counts(command, primitive):
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as folder:
        results = os.path.join(folder, "results.json")
        subprocess.run([*command, "--filter", primitive, "--jobs=1", "--json", results], check=True,
                       stdout=subprocess.DEVNULL)
        with open(results, encoding="utf-8") as file:
            return {each["client"]: (each["executions"], each["exhaustive"]) for each in json.load(file)["results"]}


def main():
    verify, shipped, *primitives = sys.argv[1:]
    compared = differences = 0
    for primitive in primitives:
        of_policy = counts([verify, "--engine=explorer"], primitive)
        as_shipped = counts([shipped], primitive)
        for client in sorted(of_policy.keys() | as_shipped.keys()):
            compared += 1
            if of_policy.get(client) != as_shipped.get(client):
                differences += 1
                print(f"{primitive}/{client}: {of_policy.get(client)} on the policy, {as_shipped.get(client)} as shipped")
    print(f"{compared} clients compared, {differences} differ")
    return 1 if differences or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
