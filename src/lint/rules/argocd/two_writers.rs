//! Workflows that write to the cluster beside Argo CD.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::Writer;

rule! {
    /// A workflow writes to the cluster that Argo CD writes to.
    ///
    /// ## What it does
    ///
    /// Looks for workflows under `pipelines` that deploy with kubectl, and for commands in your own ones (`file:`) that change
    /// a cluster: `kubectl apply` and the like, `helm upgrade`. Commands with `--dry-run` and those that only look are left alone.
    ///
    /// ## Why it matters
    ///
    /// Two writers undo each other's work: Argo CD heals what the workflow applied, and the workflow applies what Argo CD has not
    /// synced yet. Which of them was last decides what runs, and no commit says so.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cd-deploy: { does: deploy, by: kubectl }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cd-deploy: { does: deploy }       # waits until Argo CD has synced the commit
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Automated Sync Policy (self-healing); OpenGitOps, "pulled automatically".
    pub(super) static RULE = Kind::new("two-writers", "DV1330"), Argocd, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    // Pipelines belong to the repository, so the base environment is judged for all of them.
    let Some(pipelines) = platform.pipelines.as_ref().filter(|_| !platform.is_overlay) else { return };
    let Some(synced) = platform.components.iter().find(|component| component.by_argocd()) else { return };
    let there = subject.line(synced.name.origin);
    let finish = |problem: Diagnostic| {
        let problem = problem.why("Argo CD puts back what it did not write itself, and the two undo each other");
        there.into_iter().fold(problem, |problem, span| {
            problem.related(span, format!("Argo CD deploys `{}` and others", synced.name.value))
        })
    };
    for workflow in &pipelines.workflows {
        let name = &workflow.name.value;
        if workflow.does.is_some()
            && workflow.by.value == Writer::Kubectl
            && let Some(span) = subject.line(workflow.by.origin)
        {
            let problem = RULE.at(span, format!("workflow `{name}` writes to the cluster, and so does Argo CD"));
            out.push(finish(problem).help("remove `by`: the workflow then waits until Argo CD has done it"));
        }
        for (command, span) in &workflow.writes {
            let message = format!("workflow `{name}` runs `{command}`, and Argo CD writes to the cluster too");
            let help = "let the workflow change the repository only, and wait for Argo CD where it has to know";
            out.push(finish(RULE.at(*span, message)).help(help));
        }
    }
}
