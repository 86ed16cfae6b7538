"""count_tests.py EVENTS STATUS: prints "N passed, N failed" for a run of `bazel test --keep_going`.

EVENTS is Bazel's build event file in JSON, STATUS its exit code. What does not build counts as failed; what is skipped
because a library is not installed does not count. Exits with 0 only if something passed and nothing failed.
"""

import json
import sys


def labels_by_result(lines):
    """Returns the labels that passed, and those that failed or did not build."""
    passed, failed = set(), set()
    for line in lines:
        if not line.endswith("\n"):
            break  # Bazel was killed while it wrote this.
        event = json.loads(line)
        kind = event["id"]
        if "testSummary" in kind:
            status = event.get("testSummary", {}).get("overallStatus")
            (passed if status in ("PASSED", "FLAKY") else failed).add(kind["testSummary"]["label"])
        elif "targetCompleted" in kind:
            skipped = event.get("aborted", {}).get("reason") == "SKIPPED"
            if not skipped and not event.get("completed", {}).get("success"):
                failed.add(kind["targetCompleted"]["label"])
    return passed - failed, failed


def main():
    events, status = sys.argv[1], int(sys.argv[2])
    with open(events, encoding="utf-8") as lines:
        passed, failed = labels_by_result(lines)
    for label in sorted(failed):
        print(f"failed: {label}")
    # Bazel may fail with no target to blame: a BUILD file that does not parse, an interruption, a crash.
    failures = max(len(failed), 1 if status else 0)
    print(f"{len(passed)} passed, {failures} failed")
    return 0 if passed and not failures else status or 1


if __name__ == "__main__":
    sys.exit(main())
