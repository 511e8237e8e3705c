//! The first images: a registry that was just made has none, and no pod starts without.

use std::collections::BTreeSet;

use super::Writer;
use crate::emit::page::{code, codes};
use crate::emit::shell::word;
use crate::model::{Text, Workflow};

impl Writer<'_> {
    /// Has the images built, and their digests merged, before anything is deployed.
    pub(super) fn images(&mut self) {
        let platform = self.source.platform;
        let builds: Vec<(&Workflow, &Text)> = platform.builds().collect();
        let Some((first, _)) = builds.first() else { return };
        self.phase("Images", first.name.origin);
        self.say(
            "A registry that is new, or that was lost, has no images, and no pod starts without. Workflows build them when their code\nchanges; the first time it is by hand. GitHub starts a workflow so once its file is in the default branch.",
        );
        self.proposals();
        for (workflow, branch) in builds {
            self.built(workflow, branch);
        }
        self.registries();
    }

    fn built(&mut self, workflow: &Workflow, branch: &Text) {
        let platform = self.source.platform;
        let images = workflow.images.iter().filter_map(|at| platform.images.get(*at));
        let images = codes(images.map(|image| &*image.name.value));
        let pins = workflow.pins.as_ref().map_or_else(|| "the spec".to_owned(), |file| code(&file.value));
        let (name, source) = (&workflow.name.value, &branch.value);
        let text = format!(
            "{} builds {images} out of {}, and proposes their digests, in {pins}, with the outputs that\nfollow from them:",
            code(name),
            code(source)
        );
        self.page.text(&text, workflow.name.origin);
        let lines = [
            format!("gh workflow run {name}.yml --ref {}", word(source)),
            format!("gh run list --workflow {name}.yml --branch {} --limit 1", word(source)),
            format!("gh pr list --base {} --search head:images/{}", word(source), word(source)),
        ];
        self.page.commands(lines.map(|line| (line, branch.origin)));
        let followed = platform.repository.as_ref().map(|repository| &repository.revision);
        let then = match followed.filter(|revision| revision.value != *source) {
            Some(revision) => {
                format!("The next phase makes {}, which Argo CD follows, out of it.", code(&revision.value))
            }
            None => "Argo CD follows it.".to_owned(),
        };
        let text = format!(
            "Review the proposal and merge it. {} then names the images that are in the registry. {then}",
            code(source)
        );
        self.page.text(&text, branch.origin);
        self.early(source);
    }

    /// Says which workflows start with the merge, and cannot succeed yet.
    fn early(&mut self, source: &str) {
        let platform = self.source.platform;
        let workflows = platform.pipelines.iter().flat_map(|pipelines| &pipelines.workflows);
        let early = workflows.filter(|one| platform.is_deployed_by(one) && one.runs_for(source));
        let early: Vec<&Text> = early.map(|one| &one.name).collect();
        let Some(first) = early.first() else { return };
        let text = format!(
            "{} starts with the merge, and waits for Applications that are not there yet: run it again when all of them are healthy.",
            codes(early.iter().map(|name| &*name.value))
        );
        self.page.text(&text, first.origin);
    }

    fn registries(&mut self) {
        let platform = self.source.platform;
        let images = platform.builds().flat_map(|(workflow, _)| &workflow.images);
        let used = images.filter_map(|at| platform.images.get(*at)?.registry.as_ref()).map(|name| &name.value);
        let used: BTreeSet<_> = used.collect();
        let all = platform.clouds.iter().flat_map(|cloud| &cloud.registries);
        let lines: Vec<_> = all
            .filter(|registry| used.contains(&registry.name.value))
            .map(|one| (format!("gcloud artifacts docker images list {}", one.host.value), one.host.origin))
            .collect();
        if !lines.is_empty() {
            self.check("the registry has each of them, with the digest that is in the branch:");
            self.page.commands(lines);
        }
    }
}
