//! Images without a version.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A container runs whatever is newest of its image.
    ///
    /// ## What it does
    ///
    /// Looks at images in values and manifests: the tag `latest`, or no tag and no digest at all.
    ///
    /// ## Why it matters
    ///
    /// Each node pulls another version, a restart is an upgrade, and Git cannot tell what ran yesterday.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// containers: [{ name: web, image: ghcr.io/example/web:latest }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// containers: [{ name: web, image: ghcr.io/example/web:1.4.2 }]
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Images; checkov CKV_K8S_14.
    pub(super) static RULE = Kind::new("image-latest", "DV1705"), Supply, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, facts) in subject.facts.iter().enumerate() {
        for image in facts.images.iter().filter(|image| image.written && image.digest.is_none()) {
            let name = match &*image.repository {
                "" => "the image".to_owned(),
                name => format!("image `{name}`"),
            };
            let message = match image.tag.as_deref() {
                Some("latest") => format!("{name} is always the newest one"),
                None if image.container && !is_parameter(&image.repository) => {
                    format!("{name} has no tag, so it is always the newest one")
                }
                _ => continue,
            };
            let problem = RULE
                .at(image.span, message)
                .why("each node pulls another version, a restart is an upgrade, and Git cannot tell what ran yesterday")
                .help("write the tag of a release, or a digest");
            let component = subject.component(at);
            out.push(component.into_iter().fold(problem, |problem, component| problem.about(&component.name.value)));
        }
    }
}

/// Returns whether something else fills in the image, such as a template of a chart or an operator that injects it, or
/// the text is a picture.
fn is_parameter(repository: &str) -> bool {
    let picture = [".png", ".svg", ".jpg", ".ico"].iter().any(|end| repository.ends_with(end));
    picture || ["{{", "$", "://"].iter().any(|part| repository.contains(part)) || repository == "auto"
}
