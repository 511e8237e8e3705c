//! Versions of charts, images and tools.

use std::collections::BTreeMap;

use super::{At, Case, Finding, Level, RiskRule, database, step};
use crate::diff::report::{Change, ChangeKind};
use crate::emit::TargetName;

/// Another version of a chart.
pub(super) static CHART: RiskRule = RiskRule {
    name: "chart-version",
    code: "DV2002",
    summary: "A chart has another version.",
    documentation: "\
## What it does
Judges the step from one version of a chart to the next. A patch is routine, and so is a minor step from 1.0 on. A major step,
a minor step before 1.0, a step back and a pre-release need a look.

## Why it matters
A major version may rename Services, drop values and change what it cannot change in place. dvgen follows the names that the
component library knows, and judges your values by the contract of the new version; what else the chart does, its notes say.

## What to do
Read the release notes of the steps between the two versions. Raise majors one by one, alone in a pull request.
",
    judge: charts,
};

/// Another version of an image.
pub(super) static IMAGE: RiskRule = RiskRule {
    name: "image-version",
    code: "DV2003",
    summary: "An image has another tag or digest.",
    documentation: "\
## What it does
Judges the step from one tag or digest of a container image to the next, as `chart-version` does for charts.

## Why it matters
An image is what runs: another major version may want another configuration, or change its data for good. Another digest of
one tag is the same version, built anew.

## What to do
Read the release notes. Make a backup before a database goes up by a major version.
",
    judge: images,
};

/// Returns the level of a step between versions.
pub(super) fn level(step: &str) -> Level {
    if matches!(step, "patch" | "minor" | "rebuilt") { Level::Routine } else { Level::Caution }
}

/// Returns what a step is called.
pub(super) fn phrase(step: &str) -> &'static str {
    match step {
        "patch" => "a patch",
        "minor" => "a minor step",
        "rebuilt" => "the same tag, built anew",
        "minor-0" => "a minor step before 1.0, where each may break",
        "major" => "a major step",
        "downgrade" => "a step back",
        "prerelease" => "a pre-release",
        _ => "not versions that can be compared",
    }
}

/// Returns why a step needs a look; empty for one that needs none.
pub(super) fn reason(step: &str) -> &'static str {
    match step {
        "patch" | "minor" | "rebuilt" => "",
        "major" | "minor-0" => "read the release notes of the versions between: what worked may work otherwise",
        "downgrade" => "the older version may not read what the newer one wrote, nor know its settings",
        "prerelease" => "it is not finished: what it does may be another thing in the version that comes",
        _ => "the two cannot be put in an order: see what lies between them where they are made",
    }
}

/// Returns whether a change is one of a place where the version of a chart stands.
fn is_pin(change: &Change) -> bool {
    let last = change.path.rsplit('.').next().unwrap_or_default();
    change.kind == ChangeKind::Changed && matches!(last, "targetRevision" | "version" | "chart_version")
}

/// Returns what a step between two versions is called, of which each may be the number of a commit.
pub(super) fn words(step: &str, from: &str, to: &str) -> &'static str {
    let commit = |text: &str| text.len() >= 12 && text.chars().all(|c| c.is_ascii_hexdigit());
    if step == "other" && commit(from) && commit(to) { "another commit" } else { phrase(step) }
}

/// Returns whether a change only repeats another version: in a text, in an address, in the name of an image.
pub(super) fn repeats(change: &Change, from: &str, to: &str) -> bool {
    let (from, to) = (bare(from), bare(to));
    let ChangeKind::Text(lines) = &change.kind else {
        let (before, after) = change.values();
        return change.kind == ChangeKind::Changed && before.contains(&from) && before.replace(&from, &to) == after;
    };
    let of = |wanted: char| lines.shown.iter().filter(move |(mark, _)| *mark == wanted).map(|(_, line)| line.as_str());
    let whole = !of('@').any(|note| note.ends_with("more lines"));
    whole && of('-').map(|line| line.replace(&from, &to)).eq(of('+').map(str::to_owned))
}

/// What speaks of the platform, and repeats the versions of many components.
#[derive(Default)]
struct Common<'a> {
    /// Places where versions stand, by both versions.
    pins: BTreeMap<(&'a str, &'a str), Vec<(At, &'a Change)>>,
    /// All by the first of their causes.
    caused: BTreeMap<usize, Vec<(At, &'a Change)>>,
}

impl<'a> Common<'a> {
    fn of(case: &Case<'a>) -> Self {
        let mut common = Self::default();
        for (at, file, change) in case.changes_of(None) {
            if file.target == TargetName::Pages {
                continue;
            }
            if is_pin(change) {
                common.pins.entry(change.values()).or_default().push((at, change));
            }
            if let Some(cause) = change.causes.first() {
                common.caused.entry(*cause).or_default().push((at, change));
            }
        }
        common
    }
}

fn charts(case: &Case<'_>, out: &mut Vec<Finding>) {
    let common = Common::of(case);
    for (old, new) in case.components() {
        let (Some(from), Some(to)) = (&old.version, &new.version) else { continue };
        if from.value.text == to.value.text {
            continue;
        }
        let step = step(&from.value.text, &to.value.text);
        let name = &*new.name.value;
        let noun = if old.chart.is_some() || new.chart.is_some() { "chart" } else { "version" };
        let message = format!("{noun} {} → {}, {}", from.value.text, to.value.text, phrase(step));
        let mut finding = Finding::new(&CHART, level(step), name, message);
        finding = finding.why(reason(step));
        finding.causes = case.because(Some(from.origin), Some(to.origin), Some(name));
        let step = (&*from.value.text, &*to.value.text);
        let pinned = |change: &Change| is_pin(change) && change.values() == step;
        let causes = finding.causes.clone();
        let follows = |change: &Change| {
            let ours = !change.causes.is_empty() && change.causes.iter().all(|cause| causes.contains(cause));
            ours && image(change).is_none() && repeats(change, step.0, step.1)
        };
        let own = case.changes_of(Some(name)).filter(|(_, file, _)| file.target != TargetName::Pages);
        let own = own.map(|(at, _, change)| (at, change)).filter(|(_, change)| pinned(change) || follows(change));
        let other = causes.iter().filter_map(|cause| common.caused.get(cause)).flatten().copied();
        let other = other.filter(|(_, change)| !pinned(change) && follows(change));
        let pins = common.pins.get(&step).into_iter().flatten().copied();
        out.push(own.chain(pins).chain(other).fold(finding, |finding, (at, change)| finding.about(at, change)));
    }
}

/// Returns the tags before and after, if a change is one of an image.
pub(in crate::diff) fn image(change: &Change) -> Option<(String, String)> {
    let last = change.path.rsplit('.').next()?;
    let (before, after) = change.values();
    if change.kind != ChangeKind::Changed {
        return None;
    }
    match last {
        "tag" if change.path.contains("mage") => Some((before.to_owned(), after.to_owned())),
        "digest" | "sha" => Some(("digest".to_owned(), "digest".to_owned())),
        "image" | "imageName" => {
            // Behind an `@` stands the digest, which follows the tag.
            let bare =
                |image: &str| image.split_once('@').map_or_else(|| image.to_owned(), |(name, _)| name.to_owned());
            let tag = |image: &str| bare(image).rsplit_once(':').map(|(name, tag)| (name.to_owned(), tag.to_owned()));
            let (old, new) = (tag(before)?, tag(after)?);
            if old == new {
                return Some(("digest".to_owned(), "digest".to_owned()));
            }
            (old.0 == new.0).then_some((old.1, new.1))
        }
        _ => None,
    }
}

/// Returns a tag or a digest as people name it: of a long number its start.
pub(in crate::diff) fn short(text: &str) -> String {
    // What is shown of a long value ends with a dot.
    let bare = text.rsplit("sha256:").next().unwrap_or(text).trim_end_matches('…');
    let number = bare.len() >= 20 && bare.chars().all(|c| c.is_ascii_hexdigit());
    if number { bare.chars().take(12).collect() } else { text.to_owned() }
}

/// Returns the digest behind an image, or the digest itself.
fn digest(text: &str) -> String {
    short(text.trim_matches('"').rsplit('@').next().unwrap_or(text))
}

/// Returns a version without what stands before its numbers.
pub(in crate::diff) fn bare(text: &str) -> String {
    text.trim_start_matches('v').to_owned()
}

/// What causes a step between two versions, and both of them.
type Step = (Vec<usize>, String, String);

/// Returns the places of the findings of charts, by what each says.
fn said(findings: &[Finding]) -> BTreeMap<Step, usize> {
    let mut said = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.rule.name == CHART.name) {
        let versions = finding.message.split_once(' ').and_then(|(_, rest)| rest.split_once(", "));
        if let Some((from, to)) = versions.and_then(|(both, _)| both.split_once(" → ")) {
            said.entry((finding.causes.clone(), bare(from), bare(to))).or_insert(at);
        }
    }
    said
}

fn images(case: &Case<'_>, out: &mut Vec<Finding>) {
    let charts = said(out);
    for (at, component, _, change) in case.changes() {
        // Of a database it says what another version means for its files.
        let Some((from, to)) = image(change).filter(|_| database::meaning(change).is_none()) else { continue };
        // The version of what runs on machines is that of its image.
        let same = (change.causes.clone(), bare(&from), bare(&to));
        if let Some(finding) = charts.get(&same).and_then(|at| out.get_mut(*at)) {
            finding.covers.push(at);
            continue;
        }
        let rebuilt = from == "digest";
        let step = if rebuilt { "rebuilt" } else { step(&from, &to) };
        let (before, after) = change.values();
        let (from, to) = if rebuilt { (digest(before), digest(after)) } else { (short(&from), short(&to)) };
        let message = format!("`{}` {from} → {to}, {}", change.path, words(step, &from, &to));
        let subject = component.unwrap_or("the platform");
        out.push(Finding::new(&IMAGE, level(step), subject, message).why(reason(step)).about(at, change).only());
    }
}

#[cfg(test)]
mod tests {
    use super::{repeats, short};
    use crate::diff::report::{Change, ChangeKind, Lines};

    #[test]
    fn what_repeats_a_version_says_nothing_new() {
        let text = |old: &str, new: &str| {
            let shown = vec![('-', old.to_owned()), ('+', new.to_owned())];
            Change::new(String::new(), ChangeKind::Text(Lines { shown, added: 1, removed: 1 }), None, None)
        };
        assert!(repeats(&text("  --version v1.12.0 \\", "  --version v1.12.1 \\"), "1.12.0", "1.12.1"));
        assert!(!repeats(&text("  --version v1.12.0 \\", "  --version v1.12.1 --force \\"), "1.12.0", "1.12.1"));
        let value = |before: &str, after: &str| Change::changed("url", before, after);
        assert!(repeats(&value("https://x/v3.29.1/op.yaml", "https://x/v3.30.7/op.yaml"), "3.29.1", "v3.30.7"));
        assert!(!repeats(&value("https://x/v3.29.1/op.yaml", "https://y/v3.30.7/op.yaml"), "3.29.1", "3.30.7"));
        assert!(!repeats(&value("2", "3"), "3.29.1", "3.30.7"));
    }

    #[test]
    fn long_numbers_are_cut() {
        assert_eq!(short("sha256:9c8b7a6f5e4d3c2b1a0f9e8d7c6b5a4f3e2d1c0b9a8f7e6…"), "9c8b7a6f5e4d");
        assert_eq!(short("3f1c2a9d7b5e4c60a1b2c3d4e5f60718293a4b5c"), "3f1c2a9d7b5e");
        assert_eq!(short("v1.2.3"), "v1.2.3");
    }
}
