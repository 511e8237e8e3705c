#!/usr/bin/env bash
# Writes the review, and shows it in the summary of the job, which a pull request of a fork may do too.
set -euo pipefail
# shellcheck source=place.sh
. "$ACTION/integrations/github/place.sh"
code=0
options=()
if [ -n "$FAIL_ON_RISK" ]; then
  options+=(--fail-on "$FAIL_ON_RISK")
fi
if [ -n "${ID:-}" ]; then
  options+=(--id "$ID")
fi
dvgen diff "$BASE" "${place[@]}" --format markdown "${options[@]}" >"$out/review.md" || code=$?
if [ -s "$out/review.md" ]; then
  # A summary takes 1 MiB a step.
  head -c 1000000 "$out/review.md" >>"$GITHUB_STEP_SUMMARY"
  echo "report=$out/review.md" >>"$GITHUB_OUTPUT"
fi
exit "$code"
