#!/usr/bin/env bash
# extract.sh PAGE NAME: prints the code block of PAGE that follows the line `<!-- example: NAME -->`; fails if there is not
# exactly one.
set -euo pipefail

awk -v name="$2" '
  $0 == "<!-- example: " name " -->" { ++found; wanted = 1; next }
  wanted && !inside && $0 == "```cpp" { inside = 1; next }
  wanted && !inside && $0 != "" { exit }
  inside && $0 == "```" { inside = wanted = 0; ++closed; next }
  inside { print }
  END { exit !(found == 1 && closed == 1) }
' "$1" || {
  printf 'extract: %s has no one code block "%s"\n' "$1" "$2" >&2
  exit 1
}
