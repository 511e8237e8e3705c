//! Where programs and charts come from.

use super::each::{Meaning, each};
use super::rights::list;
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind, FileChange, Presence};
use crate::doc::Doc;
use crate::emit::TargetName;

/// A program or a chart comes from another place.
pub(super) static RULE: RiskRule = RiskRule {
    name: "source-moved",
    code: "DV2093",
    summary: "An image or a chart comes from another place.",
    documentation: "\
## What it does
Reports an image of another registry or another name, also where values name it for the first time, and a chart of another repository.

## Why it matters
Whoever may write to the new place decides what runs. The same version there may be another program, or none at all: then pods wait for
an image that nobody has.

## What to do
See who owns the place, and that it is the same program: compare the digests. A mirror of one's own is named in the spec as one.
",
    judge,
};

/// Returns whether a text names an image or a registry.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "{}$[]".contains(c))
}

/// An image by its name and its tag.
fn split(image: &str) -> Option<(&str, &str)> {
    let bare = image.split_once('@').map_or(image, |(name, _)| name);
    let tagged = bare.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
    is_plain(bare).then(|| tagged.unwrap_or((bare, "")))
}

/// Returns whether a chart takes an image from what stands at a key: a part of where that is.
pub(in crate::diff) fn is_place(path: &str, key: &str) -> bool {
    matches!(key, "repository" | "registry" | "imageRegistry") && path.contains("mage")
}

/// Where an image came from and comes from, each by its name and its tag.
type Sources<'c> = ((&'c str, &'c str), (&'c str, &'c str));

/// Returns where an image came from and comes from, if that is another place.
pub(in crate::diff) fn moved(change: &Change) -> Option<Sources<'_>> {
    let (before, after) = change.values();
    let key = change.key();
    if change.kind != ChangeKind::Changed || !(is_place(&change.path, key) || matches!(key, "image" | "imageName")) {
        return None;
    }
    // Behind the name of a machine stands its port, and no tag.
    let parts = |text| if key.ends_with("egistry") { is_plain(text).then_some((text, "")) } else { split(text) };
    let (old, new) = (parts(before)?, parts(after)?);
    (old.0 != new.0).then_some((old, new))
}

/// Returns where an image comes from of which the values said nothing before: the chart did.
fn added(change: &Change) -> Option<&str> {
    let (_, after) = change.values();
    let is_new = change.kind == ChangeKind::Added && is_place(&change.path, change.key());
    (is_new && is_plain(after)).then_some(after)
}

/// Returns whether the source of an Application is a chart.
fn is_chart(application: &Doc, repository: &str) -> bool {
    let of = |source: &Doc| {
        source.at(&["repoURL"]).and_then(Doc::as_str) == Some(repository) && source.at(&["chart"]).is_some()
    };
    let several = list(application, &["spec", "sources"]);
    several.iter().any(of) || application.at(&["spec", "source"]).is_some_and(of)
}

/// Returns what it means where something comes from.
fn meaning(case: &Case<'_>, file: &FileChange, change: &Change) -> Option<Meaning> {
    let (before, after) = change.values();
    let place = change.object.as_ref().map(|object| format!("{}: ", object.words())).unwrap_or_default();
    let image =
        "whoever may write there decides what runs: see that it is the same program, and that nodes can pull it";
    if let Some((old, new)) = moved(change) {
        let message = format!("{place}`{}` is `{}` and no longer `{}`", change.path, new.0, old.0);
        return Some((Level::Caution, message, image));
    }
    // Of a component that is new nothing came from elsewhere.
    let values = file.target == TargetName::Values && file.presence == Presence::Both;
    if let Some(new) = added(change).filter(|_| values) {
        let message = format!("{place}`{}` is `{new}`, and so far its chart said what it is", change.path);
        return Some((Level::Caution, message, image));
    }
    let url = change.is_of("Application") && change.key() == "repoURL";
    if url && case.object(file, change).is_some_and(|application| is_chart(application, before)) {
        let message = format!("its chart comes from `{after}` and no longer from `{before}`");
        let why = "whoever may write there decides what is deployed: see that it is the same chart";
        return Some((Level::Caution, message, why));
    }
    None
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    each(case, &RULE, out, |file, change| meaning(case, file, change));
}

#[cfg(test)]
mod tests {
    use super::moved;
    use crate::diff::report::Change;

    #[test]
    fn another_place_of_an_image_is_seen() {
        let seen = |path: &str, before: &str, after: &str| {
            let change = Change::changed(path, before, after);
            moved(&change).is_some()
        };
        assert!(seen("spec.containers[a].image", "registry.example.org/side:1.0.0", "docker.io/evil/side:1.0.1"));
        assert!(seen("image.repository", "grafana/grafana", "evil/grafana"));
        assert!(seen("global.imageRegistry", "quay.io", "registry.example.org:5000"));
        assert!(!seen(
            "spec.containers[a].image",
            "registry.example.org/side:1.0.0",
            "registry.example.org/side:1.0.1"
        ));
        assert!(!seen(
            "spec.containers[a].image",
            "registry.example.org:5000/side",
            "registry.example.org:5000/side:2"
        ));
        assert!(seen("global.imageRegistry", "registry.example.org:5000", "registry.example.org:6000"));
        assert!(!seen("backup.repository", "a", "b") && !seen("image", "the old one", "the new one"));
    }
}
