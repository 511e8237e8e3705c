#!/usr/bin/env bash
# Keeps the review in one comment: the one of this token that begins with its marker is replaced. The marker is no secret, so a comment
# of anybody else that begins with it is left alone. The token of a fork may only read; then the summary of the job has to do.
set -euo pipefail
if [ -z "${REPORT:-}" ] || [ ! -s "$REPORT" ]; then
  exit 0
fi
marker=$(head -n 1 "$REPORT")
case $marker in
  '<!-- dvgen:'*' -->') ;;
  *) echo "the report has no marker" >&2 && exit 2 ;;
esac
comments=repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments
failed() {
  echo "::notice title=dvgen::the review could not be kept in a comment; it is in the summary of this job"
  exit 0
}
# The token of a workflow may not ask for `/user`, and nobody else can have the name of its account.
author=$(gh api graphql -f 'query={viewer{login}}' --jq .data.viewer.login 2>/dev/null) || author=
author=${author:-github-actions[bot]}
found=$(MARKER=$marker AUTHOR=$author gh api --paginate "$comments" \
  --jq '.[] | select(.user.login == env.AUTHOR and ((.body // "") | startswith(env.MARKER))) | .id') || failed
id=${found%%$'\n'*}
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$REPORT" || failed
else
  gh api --silent --method POST "$comments" -F "body=@$REPORT" || failed
fi
