//! Which branches have to do with an environment.

use super::{Pipelines, Workflow};
use crate::model::{Platform, Text, glob};
use crate::spec::Does;

impl Workflow {
    /// Returns whether a push to a branch starts the workflow (docs.github.com, "Filter pattern cheat sheet").
    pub fn runs_for(&self, branch: &str) -> bool {
        self.branches.iter().any(|own| glob::fits(&own.value, branch, Some('/')))
    }

    /// Returns whether it builds images.
    pub fn builds_images(&self) -> bool {
        self.does.as_ref().is_some_and(|does| does.value == Does::Build)
    }
}

impl Pipelines {
    /// Iterates over the workflows that build images.
    pub fn image_builders(&self) -> impl Iterator<Item = &Workflow> {
        self.workflows.iter().filter(|one| one.builds_images())
    }
}

impl Platform {
    /// Returns the branches that people change for this environment: the one that is followed, unless a workflow moves that one
    /// to what is approved on others.
    pub fn source_branches(&self) -> Vec<&Text> {
        let Some(repository) = &self.repository else { return Vec::new() };
        let ours = |one: &&Workflow| self.is_deployed_by(one) || (!repository.own && one.environment.is_none());
        let workflows = self.pipelines.iter().flat_map(|pipelines| &pipelines.workflows).filter(ours);
        let moving =
            workflows.filter(|one| one.moves().is_some_and(|branch| branch.value == repository.revision.value));
        let sources: Vec<&Text> = moving.flat_map(|one| &one.branches).collect();
        if sources.is_empty() { vec![&repository.revision] } else { sources }
    }

    /// Iterates over the workflows that build images for this environment, each with the branch that it builds them of.
    pub fn builds(&self) -> impl Iterator<Item = (&Workflow, &Text)> {
        let sources = self.source_branches();
        let all = self.pipelines.iter().flat_map(Pipelines::image_builders);
        all.flat_map(move |one| {
            let of: Vec<_> = sources.iter().filter(|branch| one.runs_for(&branch.value)).copied().collect();
            of.into_iter().map(move |branch| (one, branch))
        })
    }
}
