//! What no other rule knows.

use std::collections::BTreeMap;

use super::each::subject;
use super::{At, Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, FileChange, Object};
use crate::emit::TargetName;

/// A change that no other rule speaks of.
pub(super) static RULE: RiskRule = RiskRule {
    name: "other-change",
    code: "DV2001",
    summary: "Something changes that no other rule knows.",
    documentation: "\
## What it does
Counts the changes of outputs that no other rule knows, for each component.

## Why it matters
Only what is known to need no look is routine. A value that somebody set may be all that is meant, or all that breaks.

## What to do
Read the changes of the component: each names the line of the spec that caused it.
",
    judge: |_: &Case<'_>, _| {},
};

/// Most paths that one finding names.
const NAMED: usize = 3;

/// Returns where a change is.
fn place(file: &FileChange, change: &Change) -> String {
    match (&change.object, change.path.as_str()) {
        (Some(object), "") => object.words(),
        (Some(object), path) => format!("{}: {path}", object.words()),
        (None, "") => file.path.clone(),
        (None, path) => path.to_owned(),
    }
}

/// Returns the object or the file that a change is in.
fn whole(file: &FileChange, change: &Change) -> String {
    change.object.as_ref().map_or_else(|| file.path.clone(), Object::words)
}

/// Kinds whose pods are made anew by a change of their template.
const WORKLOADS: &[&str] = &["Deployment", "StatefulSet", "DaemonSet"];

/// Returns what comes of a change that no rule knows, by where it is.
fn comes(file: &FileChange, change: &Change) -> &'static str {
    let below = |prefix: &str| change.path.starts_with(prefix);
    let of = |kinds: &[&str]| kinds.iter().any(|kind| change.is_of(kind));
    match file.target {
        TargetName::Manifests | TargetName::Argocd if of(WORKLOADS) && below("spec.template") => {
            "its pods are made anew: see that the new ones start before all old ones are gone"
        }
        TargetName::Manifests if of(&["ConfigMap", "Secret"]) => {
            "running pods read it anew or not, as they are made: see what restarts them"
        }
        TargetName::Manifests | TargetName::Argocd => {
            "Argo CD sets it with the next sync: see who relies on what was there"
        }
        TargetName::Values => "the chart makes other objects of it: see in its notes what this value does",
        TargetName::Terraform => "the next `terraform apply` does it: see in its plan that nothing is made anew",
        TargetName::Ansible => "the next run of the playbook does it on all machines of the play",
        TargetName::Machines => "what runs on the machine is restarted with it when it is rolled out",
        TargetName::Talos => "it is applied to the machines, some of it with a restart of them",
        TargetName::Labels => "pods are put on nodes by it: see who selects the old label",
        TargetName::Vault => "who may read which secret is another thing as soon as it is written",
        TargetName::Dns => "names lead elsewhere as soon as the old answers are forgotten",
        TargetName::Renovate => "updates come otherwise from now on: see what merges by itself",
        TargetName::Compositions => "the application is put together by it when it starts next",
        TargetName::Ci => "the pipeline runs so from the next commit on",
        TargetName::Pages => "people read it",
    }
}

/// Returns why changes need a look: what comes of them.
fn why(changes: &[(At, &FileChange, &Change)]) -> String {
    let all = distinct(changes.iter().map(|(_, file, change)| comes(file, change).to_owned()));
    match all.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one}; {two}"),
        _ => "they are of several kinds: each names the line of the spec that caused it".to_owned(),
    }
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// Makes one finding of what is left of each component.
pub(super) fn judge_rest<'a>(
    changes: impl Iterator<Item = (At, Option<&'a str>, &'a FileChange, &'a Change)>,
) -> Vec<Finding> {
    let mut all: BTreeMap<String, Vec<(At, &FileChange, &Change)>> = BTreeMap::new();
    for (at, component, file, change) in changes {
        all.entry(subject(component, file)).or_default().push((at, file, change));
    }
    let finding = |(subject, changes): (String, Vec<(At, &FileChange, &Change)>)| {
        let mut names = distinct(changes.iter().map(|(_, file, change)| place(file, change)));
        if names.len() > NAMED {
            names = distinct(changes.iter().map(|(_, file, change)| whole(file, change)));
        }
        let more = names.len().saturating_sub(NAMED);
        let mut text = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if more > 0 {
            text = format!("{text} and {more} more");
        }
        let noun = if changes.len() == 1 { "change" } else { "changes" };
        let message = format!("{} other {noun}: {text}", changes.len());
        let start =
            Finding::new(&RULE, Level::Caution, subject, message).weighing(changes.len()).why(why(&changes)).only();
        changes.into_iter().fold(start, |finding, (at, _, change)| finding.about(at, change))
    };
    all.into_iter().map(finding).collect()
}
