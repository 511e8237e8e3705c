#!/usr/bin/env bash
# Annotates findings, writes them as SARIF, and fails where outputs are not what the spec gives.
set -euo pipefail
out=$RUNNER_TEMP/dvgen
mkdir -p "$out"
code=0
dvgen lint -C "$DIRECTORY" --fail-on "$FAIL_ON" --format github --report "sarif=$out/dvgen.sarif" || code=$?
if [ -f "$out/dvgen.sarif" ]; then
  echo "sarif=$out/dvgen.sarif" >>"$GITHUB_OUTPUT"
fi
if [ "$code" = 0 ]; then
  dvgen build -C "$DIRECTORY" --check --format github || code=$?
fi
exit "$code"
