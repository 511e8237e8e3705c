//! Digests that go into a file that is not there.

use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A workflow writes digests into a file that is not there.
    ///
    /// ## What it does
    ///
    /// Looks for the file in `pins` of each workflow that builds images.
    ///
    /// ## Why it matters
    ///
    /// The images are built and pushed, the last step fails, and what runs stays what it was.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// include: [images.yaml]
    /// pipelines:
    ///   workflows: { build: { does: build, images: [shop], pins: image.yaml } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// include: [images.yaml]
    /// pipelines:
    ///   workflows: { build: { does: build, images: [shop], pins: images.yaml } }
    /// ```
    ///
    /// ## Source
    ///
    /// dofaromg/flow-tasks, whose deployment named images by `latest` because nothing wrote digests anywhere.
    pub(super) static RULE =
        Kind::new("missing-pins-file", "DV1712"), Supply, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    // The workflow runs at the root of the repository.
    if !subject.tree.is_at_root() {
        return;
    }
    for workflow in platform.pipelines.iter().flat_map(|pipelines| &pipelines.workflows) {
        let Some(pins) = workflow.pins.as_ref().filter(|pins| !subject.tree.has(&pins.value)) else { continue };
        let Some(span) = subject.line(pins.origin) else { continue };
        let folder = pins.value.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = subject.tree.below(folder).unwrap_or_default();
        let near = did_you_mean(&pins.value, beside.iter().map(String::as_str));
        let message =
            format!("workflow `{}` writes digests into `{}`, which is not there", workflow.name.value, pins.value);
        let problem = RULE.at(span, message).why("it builds and pushes the images, and fails where it is to say so");
        let problem = near.into_iter().fold(problem, Diagnostic::help);
        out.push(problem.help("name the file of the spec that has `images:`, and list it under `include`"));
    }
}
