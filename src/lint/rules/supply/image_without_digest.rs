//! Images whose content may change.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An image is named by a tag alone.
    ///
    /// ## What it does
    ///
    /// Looks at images in values and manifests that have a tag and no digest.
    ///
    /// ## Why it matters
    ///
    /// Who can write to the registry can put another image under the same tag. Most platforms trust their registries; this
    /// rule is for those that do not.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// image: ghcr.io/example/web:1.4.2
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// image: ghcr.io/example/web:1.4.2@sha256:4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a
    /// ```
    ///
    /// ## Source
    ///
    /// checkov CKV_K8S_43.
    pub(super) static RULE = Kind::new("image-without-digest", "DV1704"), Supply, Off, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, facts) in subject.facts.iter().enumerate() {
        let by_tag =
            facts.images.iter().filter(|image| image.written && image.digest.is_none() && !image.repository.is_empty());
        for image in by_tag {
            let Some(tag) = &image.tag else { continue };
            let problem = RULE
                .at(image.span, format!("image `{}:{tag}` has no digest", image.repository))
                .why("who can write to the registry can put another image under the same tag")
                .help("add `@sha256:…` behind the tag, or `digest` beside it where the chart takes one; Renovate can keep it");
            let component = subject.component(at);
            out.push(component.into_iter().fold(problem, |problem, component| problem.about(&component.name.value)));
        }
    }
}
