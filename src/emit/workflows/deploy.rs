//! The workflow after a merge: the outputs are judged, then Argo CD is waited for; or, where no Argo CD is, kubectl applies.

use super::Writer;
use crate::doc::Doc;
use crate::emit::build::{list, lit, map, text};
use crate::spec::Writer as By;

impl Writer<'_> {
    pub(super) fn deploy(&self) -> Doc {
        let paths = ["gitops/**", "environments/*/gitops/**"].map(|path| lit(self.here, path));
        let deploy = match self.workflow.by.value {
            By::Argocd => self.wait(),
            By::Kubectl => self.apply(),
        };
        self.workflow(paths.into(), vec![("judge", self.judge()), ("deploy", deploy)])
    }

    /// What is deployed is what the spec gives, and no rule is broken.
    fn judge(&self) -> Doc {
        let mut steps = vec![self.checkout()];
        steps.extend(self.install());
        steps.push(self.run("Judge the spec", Vec::new(), &["dvgen lint --format github"]));
        steps.push(self.run("Compare the outputs with it", Vec::new(), &["dvgen build --check"]));
        self.job("Judge", 20, &["contents:read"], [("steps", Some(list(self.here, steps)))])
    }

    /// Argo CD is the writer: this job only looks.
    fn wait(&self) -> Doc {
        let platform = self.source.platform;
        let namespace = platform.argocd_namespace();
        let env = vec![("NAMESPACE", text(&namespace)), ("ROOT", text(&platform.name))];
        let wait = self.run(
            "Wait for Argo CD",
            env,
            &[
                "kubectl --namespace \"$NAMESPACE\" wait \"application/$ROOT\" --timeout=10m \\",
                "  --for=jsonpath='{.status.sync.revision}'=\"$GITHUB_SHA\"",
                "kubectl --namespace \"$NAMESPACE\" wait \"application/$ROOT\" --timeout=30m \\",
                "  --for=jsonpath='{.status.health.status}'=Healthy",
            ],
        );
        let mut steps = self.credentials();
        steps.push(wait);
        self.last("Wait", steps)
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
        self.job(
            name,
            45,
            &["contents:read", "id-token:write"],
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
