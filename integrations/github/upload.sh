#!/usr/bin/env bash
# Sends SARIF to code scanning (GitHub REST API, "Upload an analysis as SARIF data").
set -euo pipefail
if [ -z "${SARIF:-}" ] || [ ! -s "$SARIF" ]; then
  exit 0
fi
packed=$SARIF.gz.base64
gzip -9 -n -c "$SARIF" | base64 -w 0 >"$packed"
# The findings of a tool take the place of those that it sent before: each platform is a tool of its own.
if ! gh api --silent --method POST "repos/$GITHUB_REPOSITORY/code-scanning/sarifs" \
  -f "commit_sha=$GITHUB_SHA" -f "ref=$GITHUB_REF" -f "tool_name=dvgen${ID:+ $ID}" -F "sarif=@$packed"; then
  echo "::notice title=dvgen::the findings could not be sent to code scanning; they are annotations of this job"
fi
