//! What a person sets in the repository on GitHub, so that its workflows can do what they are for.

use super::Writer;
use crate::emit::page::{code, codes};
use crate::model::Text;
use crate::spec::Does;

impl Writer<'_> {
    /// The branch that only a workflow moves has to be there, and nobody else may write to it.
    pub(super) fn moved(&mut self, revision: &Text) {
        let platform = self.source.platform;
        let workflows = platform.pipelines.iter().flat_map(|pipelines| &pipelines.workflows);
        let workflow = workflows.into_iter().find(|one| platform.is_deployed_by(one) && one.moves().is_some());
        let Some((workflow, from)) = workflow.and_then(|one| Some((one, one.branches.first()?))) else { return };
        if workflow.moves().is_none_or(|branch| branch.value != revision.value) {
            return;
        }
        let text = format!(
            "Workflow {} moves {} to what is approved, and nothing else should. Make it once:",
            code(&workflow.name.value),
            code(&revision.value)
        );
        self.page.text(&text, revision.origin);
        self.page.commands([(
            format!("git push origin origin/{}:refs/heads/{}", from.value, revision.value),
            revision.origin,
        )]);
        let text = format!(
            "Then a ruleset of the repository for {}: block force pushes, restrict deletions, and require the status check\n`Judge` of GitHub Actions. These let the job {} through, since `Judge` has passed for its commit. Leave \"Restrict\nupdates\" out: a job pushes with the token of GitHub Actions, which GitHub does not take into a list of those who may bypass a\nrule, so that it would be refused too. Who may write to the repository can therefore move the branch to a judged commit: keep\nthat right to those who may deploy.",
            code(&revision.value),
            code("deploy")
        );
        self.page.text(&text, revision.origin);
        if let Some(approval) = &workflow.approval {
            let text = format!(
                "Environment {} of the repository on GitHub names the people who approve, and is for branch {} alone.",
                code(&approval.value),
                code(&from.value)
            );
            self.page.text(&text, approval.origin);
        }
    }

    /// A workflow that builds proposes in pull requests, which a repository does not allow by itself.
    pub(super) fn proposals(&mut self) {
        let platform = self.source.platform;
        let workflows = platform.pipelines.iter().filter(|_| !platform.is_overlay).flat_map(|all| &all.workflows);
        let builds = |does: &crate::model::Traced<Does>| does.value == Does::Build;
        let build: Vec<&Text> =
            workflows.filter(|one| one.does.as_ref().is_some_and(builds)).map(|one| &one.name).collect();
        let (Some(first), Some(path)) = (build.first(), platform.repository_path()) else { return };
        let origin = first.origin;
        let text = format!(
            "{} proposes what it built in a pull request. The repository has to allow that, which it does not by itself: in its settings, Actions,\nGeneral, \"Allow GitHub Actions to create and approve pull requests\" (where an organisation forbids it, its own settings come\nfirst). Once, by somebody who administers it:",
            codes(build.iter().map(|name| &*name.value))
        );
        self.page.text(&text, origin);
        let at = format!("repos/{path}/actions/permissions/workflow");
        let set = format!("gh api --method PUT {at} -F can_approve_pull_request_reviews=true");
        self.page.commands([(set, origin)]);
        self.check("the answer has `\"can_approve_pull_request_reviews\": true`:");
        self.page.commands([(format!("gh api {at}"), origin)]);
    }
}
