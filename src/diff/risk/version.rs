//! Versions of charts, images and tools.

use std::collections::BTreeMap;

use super::{At, Case, Finding, Level, RiskRule, database, step};
use crate::diff::report::{Change, ChangeKind};

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

/// Another version of Kubernetes or of another tool.
pub(super) static TOOL: RiskRule = RiskRule {
    name: "tool-version",
    code: "DV2004",
    summary: "Kubernetes, a tool or an Ansible collection has another version.",
    documentation: "\
## What it does
Reports another version of Kubernetes, of a tool, or of an Ansible collection. Only a patch is routine. Kubernetes that leaves a minor
version out, or goes back, is dangerous.

## Why it matters
Nodes are upgraded by people or by Ansible, one after the other, and Kubernetes goes up by one minor version at a time
(kubernetes.io, version skew policy). APIs that are removed take the objects with them that use them.

## What to do
Upgrade the control plane first, then the workers. Look for removed APIs before.
",
    judge: tools,
};

/// Returns the level of a step between versions.
fn level(step: &str) -> Level {
    if matches!(step, "patch" | "minor" | "rebuilt") { Level::Routine } else { Level::Caution }
}

/// Returns what a step is called.
fn phrase(step: &str) -> &'static str {
    match step {
        "patch" => "a patch",
        "minor" => "a minor step",
        "rebuilt" => "the same version, built anew",
        "minor-0" => "a minor step before 1.0, where each may break",
        "major" => "a major step",
        "downgrade" => "a step back",
        "prerelease" => "a pre-release",
        _ => "not versions that can be compared",
    }
}

/// Returns whether a change is one of a place where the version of a chart stands.
fn is_pin(change: &Change) -> bool {
    let last = change.path.rsplit('.').next().unwrap_or_default();
    change.kind == ChangeKind::Changed && matches!(last, "targetRevision" | "version" | "chart_version")
}

fn charts(case: &Case<'_>, out: &mut Vec<Finding>) {
    // What speaks of the platform repeats the versions of many.
    let mut common: BTreeMap<(&str, &str), Vec<(At, &Change)>> = BTreeMap::new();
    for (at, _, change) in case.changes_of(None).filter(|(.., change)| is_pin(change)) {
        common.entry(change.values()).or_default().push((at, change));
    }
    for (old, new) in case.components() {
        let (Some(from), Some(to)) = (&old.version, &new.version) else { continue };
        if from.value.text == to.value.text {
            continue;
        }
        let step = step(&from.value.text, &to.value.text);
        let name = &*new.name.value;
        let message = format!("chart {} → {}, {}", from.value.text, to.value.text, phrase(step));
        let mut finding = Finding::new(&CHART, level(step), name, message);
        if level(step) > Level::Routine {
            finding = finding.why("read the release notes of the versions between");
        }
        finding.causes = case.because(Some(from.origin), Some(to.origin), Some(name));
        let step = (&*from.value.text, &*to.value.text);
        let own = case.changes_of(Some(name)).filter(|(.., change)| is_pin(change) && change.values() == step);
        for (at, change) in
            own.map(|(at, _, change)| (at, change)).chain(common.get(&step).into_iter().flatten().copied())
        {
            finding = finding.about(at, change);
        }
        out.push(finding);
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

fn images(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (at, component, _, change) in case.changes() {
        // Of a database it says what another version means for its files.
        let Some((from, to)) = image(change).filter(|_| database::meaning(change).is_none()) else { continue };
        let step = if from == "digest" { "rebuilt" } else { step(&from, &to) };
        let message = format!("`{}` {from} → {to}, {}", change.path, phrase(step));
        out.push(
            Finding::new(&IMAGE, level(step), component.unwrap_or("the platform"), message).about(at, change).only(),
        );
    }
}

/// Returns how many minor versions lie between two.
fn minors(from: &str, to: &str) -> u64 {
    let minor = |text: &str| text.trim_start_matches('v').split('.').nth(1)?.parse::<u64>().ok();
    minor(from).zip(minor(to)).map_or(0, |(from, to)| to.saturating_sub(from))
}

fn tools(case: &Case<'_>, out: &mut Vec<Finding>) {
    for new in &case.head().versions {
        let Some(old) = case.base().versions.iter().find(|old| old.name == new.name) else { continue };
        tool(case, &new.name, (&old.version.value, old.version.origin), (&new.version.value, new.version.origin), out);
    }
    for new in &case.head().collections {
        let Some(old) = case.base().collections.iter().find(|old| old.name.value == new.name.value) else { continue };
        tool(
            case,
            &new.name.value,
            (&old.version.value, old.version.origin),
            (&new.version.value, new.version.origin),
            out,
        );
    }
}

fn tool(
    case: &Case<'_>,
    name: &str,
    from: (&str, crate::source::OriginId),
    to: (&str, crate::source::OriginId),
    out: &mut Vec<Finding>,
) {
    if from.0 == to.0 {
        return;
    }
    let step = step(from.0, to.0);
    let leap = name == "kubernetes" && (step == "downgrade" || minors(from.0, to.0) > 1);
    let level = match step {
        _ if leap => Level::Danger,
        "patch" => Level::Routine,
        _ => Level::Caution,
    };
    let steps = minors(from.0, to.0);
    let words = if leap && steps > 1 { format!("{steps} minor steps at once") } else { phrase(step).to_owned() };
    let mut finding = Finding::new(&TOOL, level, name, format!("{} → {}, {words}", from.0, to.0));
    if name == "kubernetes" {
        finding = finding.why(match (leap, step) {
            (true, "downgrade") => {
                "a cluster does not go back: the API server may not read what the newer one wrote to etcd"
            }
            (true, _) => {
                "a cluster goes up by one minor version at a time: raise it in steps, and all nodes in each of them"
            }
            _ => "the nodes are upgraded one by one, the control plane first",
        });
    }
    finding.causes = case.because(Some(from.1), Some(to.1), None);
    for (at, _, _, change) in case.changes().filter(|(_, _, _, change)| change.values() == (from.0, to.0)) {
        finding = finding.about(at, change);
    }
    out.push(finding);
}
