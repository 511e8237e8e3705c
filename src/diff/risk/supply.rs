//! Where programs and charts come from.

use super::each::subject;
use super::rights::list;
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind};
use crate::doc::Doc;

/// A program or a chart comes from another place.
pub(super) static RULE: RiskRule = RiskRule {
    name: "source-moved",
    code: "DV2093",
    summary: "An image or a chart comes from another place.",
    documentation: "\
## What it does
Reports an image of another registry or another name, and a chart of another repository.

## Why it matters
Whoever may write to the new place decides what runs. The same version there may be another program, or none at all: then pods wait for
an image that nobody has.

## What to do
See who owns the place, and that it is the same program: compare the digests. A mirror of one's own is named in the spec as one.
",
    judge,
};

/// An image by its name and its tag.
fn split(image: &str) -> Option<(&str, &str)> {
    let bare = image.split_once('@').map_or(image, |(name, _)| name);
    let plain = !bare.is_empty() && !bare.contains(|c: char| c.is_whitespace() || "{}$[]".contains(c));
    let tagged = bare.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
    plain.then(|| tagged.unwrap_or((bare, "")))
}

/// Where an image came from and comes from, each by its name and its tag.
type Sources<'c> = ((&'c str, &'c str), (&'c str, &'c str));

/// Returns where an image came from and comes from, if that is another place.
pub(in crate::diff) fn moved(change: &Change) -> Option<Sources<'_>> {
    let (before, after) = change.values();
    let key = change.key();
    let part = matches!(key, "repository" | "registry" | "imageRegistry") && change.path.contains("mage");
    if change.kind != ChangeKind::Changed || !(part || matches!(key, "image" | "imageName")) {
        return None;
    }
    let (old, new) = (split(before)?, split(after)?);
    (old.0 != new.0).then_some((old, new))
}

/// Returns whether the source of an Application is a chart.
fn is_chart(application: &Doc, repository: &str) -> bool {
    let of = |source: &Doc| {
        source.at(&["repoURL"]).and_then(Doc::as_str) == Some(repository) && source.at(&["chart"]).is_some()
    };
    let several = list(application, &["spec", "sources"]);
    several.iter().any(of) || application.at(&["spec", "source"]).is_some_and(of)
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (at, component, file, change) in case.changes() {
        let (before, after) = change.values();
        let place = change.object.as_ref().map(|object| format!("{}: ", object.words())).unwrap_or_default();
        let (message, why) = if let Some((old, new)) = moved(change) {
            let message = format!("{place}`{}` is `{}` and no longer `{}`", change.path, new.0, old.0);
            (
                message,
                "whoever may write there decides what runs: see that it is the same program, and that nodes can pull it",
            )
        } else if change.is_of("Application")
            && change.key() == "repoURL"
            && case.object(file, change).is_some_and(|application| is_chart(application, before))
        {
            let message = format!("its chart comes from `{after}` and no longer from `{before}`");
            (message, "whoever may write there decides what is deployed: see that it is the same chart")
        } else {
            continue;
        };
        let finding = Finding::new(&RULE, Level::Caution, subject(component, file), message);
        out.push(finding.why(why).about(at, change).only());
    }
}

#[cfg(test)]
mod tests {
    use super::moved;
    use crate::diff::report::{Change, ChangeKind};
    use crate::diff::value::words;

    #[test]
    fn another_place_of_an_image_is_seen() {
        let seen = |path: &str, before: &str, after: &str| {
            let change = Change::new(path.to_owned(), ChangeKind::Changed, Some(words(before)), Some(words(after)));
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
        assert!(!seen("backup.repository", "a", "b") && !seen("image", "the old one", "the new one"));
    }
}
