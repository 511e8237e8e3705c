//! Versions of what no chart and no image is: Kubernetes, Talos, tools, collections, plugins, dvgen in workflows.

use super::version::{level as usual, phrase, reason, repeats as again, words};
use super::{Case, Finding, Level, RiskRule, step};
use crate::diff::report::{Change, ChangeKind, FileChange};
use crate::emit::TargetName;
use crate::model::{Platform, Text};

/// Another version of Kubernetes or of another tool.
pub(super) static RULE: RiskRule = RiskRule {
    name: "tool-version",
    code: "DV2004",
    summary: "Kubernetes, Talos, a tool, a collection or a plugin has another version.",
    documentation: "\
## What it does
Reports another version of Kubernetes, of Talos, of a tool, of an Ansible collection, of a plugin of a product, and of the dvgen that
workflows build. Only a patch is routine, and of a plugin also a minor step from 1.0 on. Kubernetes and Talos that leave a minor version
out, or go back, are dangerous.

## Why it matters
Nodes are upgraded by people or by Ansible, one after the other, and Kubernetes goes up by one minor version at a time
(kubernetes.io, version skew policy), as Talos does (talos.dev, upgrading). APIs that are removed take the objects with them that use
them.

## What to do
Upgrade the control plane first, then the workers. Look for removed APIs before.
",
    judge,
};

/// A version of the platform as a whole: its name, what kind of thing it is, and where the spec says it.
pub(in crate::diff) struct Tool<'a> {
    pub(in crate::diff) name: &'a str,
    pub(in crate::diff) what: &'static str,
    pub(in crate::diff) version: &'a Text,
}

/// Returns the versions of a platform that belong to no component.
pub(in crate::diff) fn tools(platform: &Platform) -> Vec<Tool<'_>> {
    let named = platform.versions.iter().map(|tool| (&*tool.name, "tool", &tool.version));
    let collections = &platform.collections;
    let collections = collections.iter().map(|one| (&*one.name.value, "Ansible collection", &one.version));
    let runs_in = platform.runs_in.filter(|runs_in| !runs_in.shared);
    let cluster = runs_in.and_then(|runs_in| platform.clusters.get(runs_in.cluster.0));
    let talos = cluster.and_then(|cluster| cluster.talos.as_ref()).map(|talos| ("talos", "tool", &talos.version));
    // The workflows are those of the base environment.
    let pipelines = platform.pipelines.as_ref().filter(|_| !platform.is_overlay);
    let dvgen = pipelines.and_then(|pipelines| pipelines.dvgen.as_ref());
    let dvgen = dvgen.map(|(_, commit)| ("dvgen", "in workflows", commit));
    let all = named.chain(collections).chain(talos).chain(dvgen);
    all.map(|(name, what, version)| Tool { name, what, version }).collect()
}

/// Returns name and versions of a value that names a thing with its version: `grafana-llm-app@1.0.8`.
pub(in crate::diff) fn pinned(change: &Change) -> Option<(&str, &str, &str)> {
    let (before, after) = change.values();
    if change.kind != ChangeKind::Changed {
        return None;
    }
    let ((name, from), (same, to)) = (versioned(before)?, versioned(after)?);
    (name == same && step(from, to) != "other").then_some((name, from, to))
}

/// Splits a name and its version. Behind a space a number is often no version, but what an option is given: `--ratio 1.2`.
fn versioned(text: &str) -> Option<(&str, &str)> {
    let (name, version) = text.rsplit_once(['@', ' '])?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let bare = version.strip_prefix('v').unwrap_or(version).split(['-', '+']).next().unwrap_or_default();
    let numbers = bare.split('.').filter(|number| number.parse::<u64>().is_ok()).count();
    let whole = name.starts_with(|c: char| c.is_ascii_alphabetic()) && numbers == 3;
    (plain && (text.contains('@') || whole)).then_some((name, version))
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let before = tools(case.base());
    for new in tools(case.head()) {
        if let Some(old) = before.iter().find(|old| (old.name, old.what) == (new.name, new.what)) {
            out.extend(tool(case, old, &new));
        }
    }
    for (at, component, _, change) in case.changes() {
        let Some((name, from, to)) = pinned(change) else { continue };
        let step = step(from, to);
        let message = format!("`{name}` {from} → {to}, {}", phrase(step));
        let finding = Finding::new(&RULE, usual(step), component.unwrap_or("the platform"), message);
        out.push(finding.why(reason(step)).about(at, change).only());
    }
}

/// Returns how many minor versions lie between two.
fn minors(from: &str, to: &str) -> u64 {
    let minor = |text: &str| text.trim_start_matches('v').split('.').nth(1)?.parse::<u64>().ok();
    minor(from).zip(minor(to)).map_or(0, |(from, to)| to.saturating_sub(from))
}

fn tool(case: &Case<'_>, old: &Tool<'_>, new: &Tool<'_>) -> Option<Finding> {
    let (from, to) = (&*old.version.value, &*new.version.value);
    if from == to {
        return None;
    }
    let step = step(from, to);
    let cluster = matches!(new.name, "kubernetes" | "talos");
    let steps = minors(from, to);
    let leap = cluster && (step == "downgrade" || steps > 1);
    let level = match step {
        _ if leap => Level::Danger,
        "patch" => Level::Routine,
        _ => Level::Caution,
    };
    let words =
        if leap && steps > 1 { format!("{steps} minor steps at once") } else { words(step, from, to).to_owned() };
    let short = super::short;
    let message = format!("{} → {}, {words}", short(from), short(to));
    let mut finding = Finding::new(&RULE, level, new.name, message).why(why(new.name, step, leap));
    finding.causes = case.because(Some(old.version.origin), Some(new.version.origin), None);
    let repeats = |change: &Change| {
        let says = change.values() == (from, to) || again(change, from, to);
        says && !change.causes.is_empty() && change.causes.iter().all(|cause| finding.causes.contains(cause))
    };
    let told =
        |(_, _, file, change): &(_, _, &FileChange, &Change)| file.target != TargetName::Pages && repeats(change);
    let places: Vec<_> = case.changes().filter(told).map(|(at, ..)| at).collect();
    Some(places.into_iter().fold(finding, Finding::covering))
}

fn why(name: &str, step: &str, leap: bool) -> &'static str {
    match (name, leap, step) {
        ("kubernetes", true, "downgrade") => {
            "a cluster does not go back: the API server may not read what the newer one wrote to etcd"
        }
        ("kubernetes", true, _) => {
            "a cluster goes up by one minor version at a time: raise it in steps, and all nodes in each of them"
        }
        ("talos", true, "downgrade") => "a machine does not go back to a Talos that cannot read its configuration",
        ("talos", true, _) => {
            "Talos goes up by one minor version at a time: raise it in steps, to the last patch of each"
        }
        ("kubernetes", ..) => "the nodes are upgraded one by one, the control plane first",
        ("talos", ..) => "each machine restarts with the new image: one by one, by `talosctl upgrade`",
        ("dvgen", ..) => "another version may write other outputs: build them in this change too",
        // A minor step of a tool may do what a major one should.
        (_, _, "minor") => reason("major"),
        _ => reason(step),
    }
}

#[cfg(test)]
mod tests {
    use super::pinned;
    use crate::diff::report::Change;

    #[test]
    fn names_with_versions_are_known() {
        let of = |before: &str, after: &str| {
            let change = Change::changed("plugins[0]", before, after);
            pinned(&change).map(|(name, from, to)| format!("{name} {from} {to}"))
        };
        assert_eq!(
            of("grafana-llm-app@1.0.8", "grafana-llm-app@1.1.0").as_deref(),
            Some("grafana-llm-app 1.0.8 1.1.0")
        );
        assert_eq!(of("marcus-json 1.2.0", "marcus-json 2.0.0").as_deref(), Some("marcus-json 1.2.0 2.0.0"));
        assert_eq!(of("a@1.0.0", "b@1.0.1"), None);
        assert_eq!(of("plugin@1.2", "plugin@1.3").as_deref(), Some("plugin 1.2 1.3"));
        assert_eq!(of("--ratio 1.2", "--ratio 1.5"), None);
        assert_eq!(of("--ratio 1.2.0", "--ratio 1.2.1"), None);
        assert_eq!(of("ratio 1.2", "ratio 1.5"), None);
        assert_eq!(of("ops@example.org", "ops@example.net"), None);
        assert_eq!(of("rate(x[5m]) > 0.5", "rate(x[5m]) > 0.6"), None);
    }
}
