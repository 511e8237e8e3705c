#!/usr/bin/env bash
# Puts dvgen on the PATH of the following steps: what is there already, else this revision, built by cargo.
set -euo pipefail
if command -v dvgen >/dev/null; then
  exit 0
fi
if ! command -v cargo >/dev/null; then
  echo "::error title=dvgen::install dvgen or Rust before this action" && exit 2
fi
cargo install --quiet --locked --root "$RUNNER_TEMP/dvgen-install" --path "$ACTION"
echo "$RUNNER_TEMP/dvgen-install/bin" >>"$GITHUB_PATH"
