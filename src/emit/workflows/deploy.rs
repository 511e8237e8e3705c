//! The workflow after a merge: the outputs are judged, then Argo CD is waited for; or, where no Argo CD is, kubectl applies.
//!
//! Argo CD syncs whatever the branch holds that it follows. Where that is the branch of the merge, the workflow looks on; where it
//! is another one, nothing is deployed until the workflow, with the approval that its environment asks for, moves that branch.

use super::Writer;
use crate::doc::Doc;
use crate::emit::build::{list, lit, map, text};
use crate::spec::Writer as By;

/// Waits until the root and each Application that it made have synced the commit and are healthy. The root alone would not do:
/// it may be healthy before the others have seen the commit.
const WAIT: [&str; 18] = [
    // What cannot be asked is no good answer.
    "set -o pipefail",
    "late() {",
    "  kubectl --namespace \"$NAMESPACE\" get applications --output json | jq --raw-output \\",
    "    --arg root \"$ROOT\" --arg commit \"$GITHUB_SHA\" --arg repository \"$REPOSITORY\" '",
    "      (.items | map({ (.metadata.name): . }) | add) as $all",
    "      | [$root, ($all[$root].status.resources // [] | .[] | select(.kind == \"Application\") | .name)]",
    "      | .[] | . as $name | $all[$name] as $one",
    "      | select(",
    "          $one.status.health.status != \"Healthy\" or $one.status.sync.status != \"Synced\"",
    "          or ([$one.spec.source, $one.spec.sources[]?] | any(.repoURL? == $repository))",
    "            and ([$one.status.sync.revision, $one.status.sync.revisions[]?] | index($commit) == null))",
    "      | \"\\($name): \\($one.status.sync.status // \"not there\"), \\($one.status.health.status // \"unknown\")\"'",
    "}",
    "for _ in $(seq 160); do",
    "  if left=$(late) && [ -z \"$left\" ]; then exit 0; fi",
    "  sleep 15",
    "done",
    "echo \"::error::not at $GITHUB_SHA, or not healthy: $left\"; exit 1",
];

impl Writer<'_> {
    pub(super) fn deploy(&self) -> Doc {
        let paths = match &self.workflow.environment {
            Some(name) => Doc::str(format!("environments/{}/gitops/**", name.value), name.origin),
            None => lit(self.here, "gitops/**"),
        };
        let deploy = match self.workflow.by.value {
            By::Argocd => self.wait(),
            By::Kubectl => self.apply(),
        };
        self.workflow(vec![paths], vec![("judge", self.judge()), ("deploy", deploy)])
    }

    /// What is deployed is what the spec gives, and no rule is broken.
    fn judge(&self) -> Doc {
        let mut steps = vec![self.checkout()];
        steps.extend(self.install());
        steps.push(self.run("Judge the spec", Vec::new(), &["dvgen lint --format github"]));
        steps.push(self.run("Compare the outputs with it", Vec::new(), &["dvgen build --check"]));
        self.job("Judge", 20, &["contents:read"], [("steps", Some(list(self.here, steps)))])
    }

    /// Argo CD is the writer: this job tells it of the commit, where it has to, and looks on.
    fn wait(&self) -> Doc {
        let platform = self.source.platform;
        let namespace = platform.argocd_namespace();
        let root = match &self.workflow.environment {
            Some(name) => Doc::str(format!("{}-{}", platform.name.value, name.value), name.origin),
            None => text(&platform.name),
        };
        let url = platform.repository.as_ref().map_or_else(|| lit(self.here, ""), |repository| text(&repository.url));
        let wait = self.run(
            "Wait for Argo CD",
            vec![("NAMESPACE", text(&namespace)), ("REPOSITORY", url), ("ROOT", root)],
            &WAIT,
        );
        let moves = self.workflow.moves();
        let mut steps: Vec<Doc> = moves.map(|_| self.checkout_all()).into_iter().collect();
        steps.extend(moves.map(|branch| {
            let env = vec![("BRANCH", text(branch)), ("GH_TOKEN", self.filled("github.token"))];
            let lines = ["gh auth setup-git", "git push origin \"$GITHUB_SHA:refs/heads/$BRANCH\""];
            self.run("Move the branch that Argo CD follows", env, &lines)
        }));
        steps.extend(self.credentials());
        steps.push(wait);
        self.last(if moves.is_some() { "Deploy" } else { "Wait" }, steps)
    }

    /// The workflow is the writer.
    fn apply(&self) -> Doc {
        let mut steps = vec![self.checkout()];
        steps.extend(self.credentials());
        let apply = "kubectl apply --server-side --field-manager=dvgen --recursive --filename gitops/manifests";
        steps.push(self.run("Apply the manifests", Vec::new(), &[apply]));
        self.last("Apply", steps)
    }

    fn last(&self, name: &'static str, steps: Vec<Doc>) -> Doc {
        let here = self.here;
        let contents = if self.workflow.moves().is_some() { "contents:write" } else { "contents:read" };
        self.job(
            name,
            45,
            &[contents, "id-token:write"],
            [
                ("needs", Some(lit(here, "judge"))),
                ("environment", self.workflow.approval.as_ref().map(text)),
                ("steps", Some(list(here, steps))),
            ],
        )
    }

    /// Becomes the account of the cloud, and learns how the cluster is reached.
    fn credentials(&self) -> Vec<Doc> {
        let mut steps: Vec<Doc> = self.log_in().into_iter().collect();
        let platform = self.source.platform;
        let cluster = platform.own_cluster();
        if let Some((cluster, location)) = cluster.and_then(|cluster| Some((cluster, cluster.location.as_ref()?))) {
            let mut with = map(self.here, [("cluster_name", text(&cluster.name)), ("location", text(location))]);
            if let Some(cloud) = platform.cloud_of(cluster) {
                with.merge(map(self.here, [("project_id", text(&cloud.project))]));
            }
            steps.push(self.uses("google-github-actions/get-gke-credentials", with));
        }
        steps
    }
}
