#!/usr/bin/env -S python3 -B
"""compiled.py VERIFY SHIPPED [ROUNDS]: how fast compiled code is explored, as a ratio to the same clients over the policy.

Executions per second of processor time, both in turn in each round; the programs' start is taken off. Prints the median of
the rounds, the smallest and the largest. Clients have the same number of executions both ways.
"""
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

TO_REACH = 0.4
CLIENTS = [
    "recorder/recordings_and_samples_are_linearizable",
    "rendezvous/generations_wrap_around_unharmed/9_swaps_of_2_bits",
    "rendezvous/giving_up_keeps_the_arrival/5_meetings_of_2_bits",
    "writer_reader_phaser/no_write_is_lost/2_writers_x_2_entries_x_2_flips",
    "writer_reader_phaser/no_write_is_lost/3_writers_x_2_flips",
]


def processor_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def seconds_per_execution(program, engine, client, folder):
    results = os.path.join(folder, "results.json")
    taken = processor_seconds([program, f"--filter={client}/{engine}", "--jobs=1", "--no-estimate", "--json", results])
    start = processor_seconds([program, "--list"])
    with open(results, encoding="utf-8") as file:
        (seen,) = json.load(file)["results"]
    if not seen["exhaustive"]:
        sys.exit(f"{client}/{engine}: not all executions were seen")
    return max(taken - start, 1e-6) / seen["executions"]


def main():
    verify, shipped = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    print(f"compiled code to the policy, executions per second of processor time; to reach: {TO_REACH}")
    with tempfile.TemporaryDirectory() as folder:
        for client in CLIENTS:
            ratios = [seconds_per_execution(verify, "explorer", client, folder)
                      / seconds_per_execution(shipped, "shipped", client, folder) for _ in range(rounds)]
            middle = statistics.median(ratios)
            met = "met" if middle >= TO_REACH else "NOT met"
            print(f"{client:72} {middle:5.2f}  ({min(ratios):.2f} to {max(ratios):.2f})  {met}", flush=True)


if __name__ == "__main__":
    main()
