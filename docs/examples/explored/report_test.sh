#!/usr/bin/env bash
# report_test.sh PROGRAM PAGE: the page shows what exploring the program prints, but for the folder.
set -u
program=$1 page=$2

report=$(STILLPOINT=main "$program" 2>&1) && {
  echo "the race is not found: $report"
  exit 1
}
report=$(sed -e "s#^$program: #hand_over: #" -e 's#docs/examples/explored/##g' -e 's/ *$//' <<<"$report")
if [[ $(<"$page") != *"$report"* ]]; then
  printf '%s does not show this:\n%s\n' "$page" "$report"
  exit 1
fi
