#!/usr/bin/env bash
# Annotates findings, writes them as SARIF, and fails where outputs are not what the spec gives.
set -euo pipefail
# shellcheck source=place.sh
. "$ACTION/integrations/github/place.sh"
code=0
dvgen lint "${place[@]}" --fail-on "$FAIL_ON" --format github --report "sarif=$out/dvgen.sarif" || code=$?
if [ -f "$out/dvgen.sarif" ]; then
  echo "sarif=$out/dvgen.sarif" >>"$GITHUB_OUTPUT"
fi
if [ "$code" = 0 ]; then
  dvgen build "${place[@]}" --check --format github || code=$?
fi
exit "$code"
