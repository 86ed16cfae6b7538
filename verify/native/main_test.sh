#!/usr/bin/env bash
# main_test.sh PROGRAM: an unmodified program runs as any other, and is explored if its environment says so.
set -u
program=$1

fail() {
  printf 'main_test: %s\n' "$*"
  exit 1
}

[[ $("$program") == "job 1" ]] || fail "by itself it prints its job"
report=$(STILLPOINT=main "$program" 2>&1) || fail "it passes: $report"
[[ $report == *": passed, "*" executions"*", exhaustive" ]] || fail "it says so: $report"
# A run by itself might wait for ever.
report=$(STILLPOINT=main "$program" forgets 2>&1) && fail "the lost wake-up is found: $report"
[[ $report == *"deadlock: thread 1 waits in wait at "*"main_program_test.cc:"* ]] || fail "it is named: $report"
id=$(sed -n 's/^replay: //p' <<<"$report")
report=$(STILLPOINT=main STILLPOINT_REPLAY=$id "$program" forgets 2>&1) && fail "the replay fails, too"
[[ $report == *": failed, 1 execution"*"deadlock"* ]] || fail "one execution is run: $report"
# Beside the destructors of static variables.
report=$(STILLPOINT=main "$program" outlives 2>&1) && fail "a thread that outlives main is found: $report"
[[ $report == *"use after the memory was given back"* ]] || fail "it is told what it does: $report"
# The system ends a thread that waits when main returns.
report=$(STILLPOINT=main "$program" leaves 2>&1) || fail "that is no deadlock: $report"
