//! Branches that nothing builds, one slip away from one that something builds.

use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Pipelines;

rule! {
    /// A branch is followed that no workflow builds, and one is built that is called almost like it.
    ///
    /// ## What it does
    ///
    /// Looks at the branch that an environment follows, or at those that a workflow moves it from, and at the branches of the
    /// workflows that build images. It speaks up where none of them runs for this one, and one runs for a branch that is a slip
    /// away.
    ///
    /// ## Why it matters
    ///
    /// Argo CD waits for a branch that is not there, or that nobody pushes to, while the images of this environment are proposed to
    /// the other one. Nothing fails, and nothing is deployed.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// pipelines: { workflows: { build: { does: build, branches: [main, develop] } } }
    /// environments:
    ///   staging: { repository: { revision: developp } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// pipelines: { workflows: { build: { does: build, branches: [main, develop] } } }
    /// environments:
    ///   staging: { repository: { revision: develop } }
    /// ```
    ///
    /// ## Source
    ///
    /// GitHub Actions, on.push.branches; Argo CD, targetRevision.
    pub(super) static RULE = Kind::new("misspelt-branch", "DV1487"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    // What an environment does not write for itself is judged at the base.
    let Some(repository) = platform.repository.as_ref().filter(|repository| repository.own) else { return };
    let builders = || platform.pipelines.iter().flat_map(Pipelines::image_builders);
    let built = || builders().flat_map(|one| &one.branches).filter(|branch| !branch.value.contains('*'));
    for branch in platform.source_branches() {
        if branch.value.contains('*') || builders().any(|one| one.runs_for(&branch.value)) {
            continue;
        }
        let Some(near) = nearest(&branch.value, built().map(|one| &*one.value)) else { continue };
        let Some(span) = platform.origins.place(branch.origin) else { continue };
        let message = format!("no workflow builds `{}`, and one builds `{near}`", branch.value);
        let followed = repository.revision.value == branch.value;
        let why = if followed {
            "Argo CD follows this branch, and the images of this environment are proposed to the other one"
        } else {
            "what Argo CD follows is moved from this branch, and images are proposed to the other one"
        };
        let problem = RULE.at(span, message).why(why).help(format!("did you mean `{near}`?"));
        let other = built().find(|one| &*one.value == near).and_then(|one| platform.origins.place(one.origin));
        out.push(other.into_iter().fold(problem, |problem, span| problem.related(span, "this one is built")));
    }
}
