//! Approvals that come after the deployment.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::Writer;

rule! {
    /// A workflow asks for an approval of what Argo CD has deployed already.
    ///
    /// ## What it does
    ///
    /// Looks at workflows with `approval` that run for the branch that Argo CD follows.
    ///
    /// ## Why it matters
    ///
    /// Argo CD syncs what its branch holds. The push that starts the workflow went to that branch, so the change is in the cluster
    /// before anybody is asked, and a refusal keeps nothing out.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// repository: { revision: main }
    /// pipelines: { workflows: { deploy: { does: deploy, approval: production } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// repository: { revision: deploy/production }       # the workflow alone moves this branch
    /// pipelines: { workflows: { deploy: { does: deploy, branches: main, approval: production } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Automated Sync Policy; GitHub, Deployments and environments (required reviewers).
    pub(super) static RULE =
        Kind::new("approval-gates-nothing", "DV1477"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    // Pipelines belong to the repository, so the base environment is judged for all of them.
    let Some(pipelines) = platform.pipelines.as_ref().filter(|_| !platform.is_overlay) else { return };
    for workflow in &pipelines.workflows {
        let (Some(approval), Some(follows)) = (&workflow.approval, &workflow.follows) else { continue };
        if workflow.by.value != Writer::Argocd || workflow.does.is_none() || workflow.moves().is_some() {
            continue;
        }
        let Some(span) = subject.line(approval.origin) else { continue };
        let (name, branch) = (&workflow.name.value, &follows.value);
        let environment = workflow.environment.as_ref().unwrap_or(&platform.environment);
        let mut problem = RULE
            .at(span, format!("the approval of workflow `{name}` keeps nothing out: Argo CD follows `{branch}` itself"))
            .why("the push that starts the workflow is deployed at once, whoever refuses it later")
            .help(format!("let Argo CD follow a branch that only this workflow moves: `repository: {{ revision: deploy/{} }}`, with `branches: {branch}` here", environment.value));
        let place = subject.line(follows.origin);
        problem = place.into_iter().fold(problem, |problem, span| problem.related(span, "what Argo CD follows"));
        out.push(problem);
    }
}
