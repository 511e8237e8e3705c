#!/usr/bin/env bash
# Sets `place`, the arguments that name the spec, and `out`, a directory of this step's own: a job may look at several platforms, and the
# report of one must not take the place of another's. It is read by the other scripts.
# shellcheck disable=SC2034
if [ -n "${SPEC:-}" ]; then
  place=(--spec "$SPEC")
else
  place=(-C "$DIRECTORY")
fi
mkdir -p "$RUNNER_TEMP"
out=$(mktemp -d "$RUNNER_TEMP/dvgen.XXXXXX")
