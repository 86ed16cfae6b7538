#!/usr/bin/env bash
# compile.sh -- COMPILER FLAG... SOURCE: compiles SOURCE, as far as warnings need.
set -euo pipefail

shift
exec "$@" -c -o /dev/null
