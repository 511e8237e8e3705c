//! The workflow for the branches of a bot that raises versions: the outputs are built and committed there, and judged.
//!
//! A commit by the token of a workflow starts no other workflow (docs.github.com, "Triggering a workflow from a workflow"), so that
//! a required check would be missing at it. This workflow therefore starts itself at its own commit: then there is nothing to
//! build any more, and the judge speaks of what would be merged.

use super::{AUTHOR, Writer};
use crate::doc::Doc;
use crate::emit::build::{list, lit, map, named, some, text};

impl Writer<'_> {
    pub(super) fn outputs(&self) -> Doc {
        let here = self.here;
        let push = map(here, [("branches", list(here, self.workflow.branches.iter().map(text)))]);
        let events = map(here, [("push", push), ("workflow_dispatch", map(here, []))]);
        self.workflow_on(events, vec![("build", self.commit()), ("judge", self.judge_commit())])
    }

    /// What the bot changed is the spec; the outputs follow in a commit of their own.
    fn commit(&self) -> Doc {
        let here = self.here;
        let file = format!("{}.yml", self.workflow.name.value);
        let mut commit = self.run(
            "Build the outputs, and commit what is new",
            vec![
                ("AUTHOR", lit(here, AUTHOR)),
                ("BRANCH", self.filled("github.ref_name")),
                ("GH_TOKEN", self.filled("github.token")),
                ("WORKFLOW", Doc::str(file, here)),
            ],
            &[
                "dvgen build",
                "git add --all",
                "if git diff --cached --quiet; then",
                "  echo 'new=false' >>\"$GITHUB_OUTPUT\"",
                "  exit 0",
                "fi",
                "git -c user.name='github-actions[bot]' -c user.email=\"$AUTHOR\" commit --message 'Build the outputs'",
                "gh auth setup-git",
                "git push origin \"HEAD:refs/heads/$BRANCH\"",
                "echo 'new=true' >>\"$GITHUB_OUTPUT\"",
                "gh workflow run \"$WORKFLOW\" --ref \"$BRANCH\"",
            ],
        );
        commit.merge(map(here, [("id", lit(here, "commit"))]));
        let mut steps = vec![self.checkout()];
        steps.extend(self.install());
        steps.push(commit);
        let outputs = named(here, [("new".into(), self.filled("steps.commit.outputs.new"))]);
        self.job(
            "Build",
            20,
            &["actions:write", "contents:write"],
            [("outputs", Some(outputs)), ("steps", Some(list(here, steps)))],
        )
    }

    /// The check that a merge waits for.
    fn judge_commit(&self) -> Doc {
        let here = self.here;
        let mut steps = vec![self.checkout_all()];
        steps.extend(self.install());
        steps.push(self.run("Judge the spec", Vec::new(), &["dvgen lint --format github"]));
        steps.push(self.run("Compare the outputs with it", Vec::new(), &["dvgen build --check"]));
        if let Some(risk) = &self.workflow.risk {
            let env = vec![
                ("BASE", self.filled("github.event.repository.default_branch")),
                ("RISK", Doc::str(risk.value.word(), risk.origin)),
            ];
            let diff = "dvgen diff \"origin/$BASE\" --head HEAD --fail-on \"$RISK\"";
            steps.push(self.run("Say what the change does", env, &[diff]));
        }
        let condition = lit(here, "needs.build.outputs.new == 'false'");
        let rest = some(
            here,
            [("needs", Some(lit(here, "build"))), ("if", Some(condition)), ("steps", Some(list(here, steps)))],
        );
        let mut job = self.job("Judge", 20, &["contents:read"], []);
        job.merge(rest);
        job
    }
}
