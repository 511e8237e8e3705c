//! Roles and bindings of Kubernetes.

use std::collections::BTreeSet;

use super::{At, Case, Finding, Level, privilege};
use crate::diff::report::{Change, ChangeKind, FileChange};
use crate::doc::Doc;

/// Something that may be done: a verb on a resource of a group.
type Right = (String, String, String);

/// Most rights that one rule is taken apart into.
const MOST: usize = 400;

/// Returns the items of a list in something; of one that is missing none.
pub(super) fn list<'d>(doc: &'d Doc, path: &[&str]) -> &'d [Doc] {
    doc.at(path).and_then(Doc::as_list).map(Vec::as_slice).unwrap_or_default()
}

/// Returns the rights of a role.
fn rights(role: &Doc) -> BTreeSet<Right> {
    let mut all = BTreeSet::new();
    for rule in list(role, &["rules"]) {
        let texts = |key: &str| -> Vec<String> {
            let items = list(rule, &[key]);
            items.iter().filter_map(Doc::as_str).map(str::to_owned).collect()
        };
        let (mut groups, mut resources) = (texts("apiGroups"), texts("resources"));
        let urls = texts("nonResourceURLs");
        if resources.is_empty() && !urls.is_empty() {
            (groups, resources) = (vec![String::new()], urls);
        }
        for verb in texts("verbs") {
            for resource in &resources {
                let room = MOST.saturating_sub(all.len());
                all.extend(groups.iter().take(room).map(|group| (verb.clone(), resource.clone(), group.clone())));
            }
        }
    }
    all
}

/// Returns whether a right is among others, of which each may be one of everything.
fn is_among(right: &Right, known: &BTreeSet<Right>) -> bool {
    let is = |one: &str, other: &str| one == other || other == "*";
    known.contains(right)
        || known.iter().any(|other| is(&right.0, &other.0) && is(&right.1, &other.1) && is(&right.2, &other.2))
}

/// Returns whether a right leads to all others, or to what is secret.
fn is_great((verb, resource, _): &Right) -> bool {
    matches!(
        (verb.as_str(), resource.as_str()),
        ("*" | "escalate" | "bind" | "impersonate", _) | (_, "*" | "pods/exec")
    ) || matches!((verb.as_str(), resource.as_str()), ("get" | "list" | "watch", "secrets"))
}

/// Most rights that a finding names.
const NAMED: usize = 3;

/// Returns what the rights of a role that are new mean.
fn grown(before: &Doc, after: &Doc) -> Option<(Level, String)> {
    let known = rights(before);
    let new: Vec<Right> = rights(after).into_iter().filter(|right| !is_among(right, &known)).collect();
    let great = new.iter().any(is_great);
    let words = |(verb, resource, _): &Right| format!("`{verb}` on `{resource}`");
    let names: BTreeSet<String> = new.iter().map(words).collect();
    let more = names.len().saturating_sub(NAMED);
    let mut text = names.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text = format!("{text} and {more} more");
    }
    let level = if great { Level::Danger } else { Level::Caution };
    (!new.is_empty()).then(|| (level, format!("may do more: {text}")))
}

/// Groups that hold more than somebody has chosen, and who that is.
const EVERYBODY: &[(&str, &str)] = &[
    ("system:authenticated", "everybody who is signed in, each pod too"),
    ("system:unauthenticated", "everybody, without a login"),
    ("system:anonymous", "everybody, without a login"),
    ("system:serviceaccounts", "each pod of the cluster"),
];

/// Returns whom a binding gives its rights to, each by its kind, namespace and name.
fn subjects(binding: &Doc) -> Vec<(String, String)> {
    let all = list(binding, &["subjects"]);
    let text = |one: &Doc, key: &str| one.at(&[key]).and_then(Doc::as_str).unwrap_or_default().to_owned();
    let words = |one: &Doc| {
        let (kind, namespace, name) = (text(one, "kind"), text(one, "namespace"), text(one, "name"));
        let place = if namespace.is_empty() { name.clone() } else { format!("{namespace}/{name}") };
        (name, format!("{kind} `{place}`"))
    };
    all.iter().map(words).collect()
}

/// Returns what it means whom a binding gives its rights to, and what it binds.
fn bound(before: &Doc, after: &Doc, everywhere: bool) -> Vec<(Level, String, &'static str)> {
    let (old, new) = (subjects(before), subjects(after));
    let mut said = Vec::new();
    for (name, words) in new.iter().filter(|one| !old.contains(one)) {
        let everybody = EVERYBODY.iter().find(|(group, _)| group == name).map(|(_, who)| *who);
        let who = everybody.map(|who| format!(", {who},")).unwrap_or_default();
        let level = if everywhere || everybody.is_some() { Level::Danger } else { Level::Caution };
        let place = if everywhere { "in the whole cluster" } else { "in its namespace" };
        let why = "see that it cannot do without, and with what it signs in";
        said.push((level, format!("gives {words}{who} its rights {place}"), why));
    }
    let role = |doc: &Doc| doc.at(&["roleRef", "name"]).and_then(Doc::as_str).unwrap_or_default().to_owned();
    let (from, to) = (role(before), role(after));
    if from != to && matches!(to.as_str(), "cluster-admin" | "admin" | "edit") {
        let why = "whoever it binds may do everything that it allows: a role of one's own allows less";
        said.push((Level::Danger, format!("gives the rights of `{to}` and no longer of `{from}`"), why));
    }
    said
}

/// Judges the roles and bindings that are on both sides.
pub(super) fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for (at, component, file, change) in case.changes() {
        let Some(object) = change.object.as_ref().filter(|object| object.group == "rbac.authorization.k8s.io") else {
            continue;
        };
        if change.is_whole_object() || change.kind == ChangeKind::Reordered || !seen.insert((at.0, object.words())) {
            continue;
        }
        let Some((before, after)) = case.objects(file, change) else { continue };
        let said = match object.kind.as_str() {
            "Role" | "ClusterRole" => {
                let why = "whoever is bound to it may do that: ask for the verbs and resources that are needed";
                let grown = grown(before, after).map(|(level, message)| (level, message, why, "rules"));
                grown.into_iter().collect()
            }
            "RoleBinding" | "ClusterRoleBinding" => {
                let bound = bound(before, after, object.kind == "ClusterRoleBinding");
                bound.into_iter().map(|(level, message, why)| (level, message, why, "subjects")).collect::<Vec<_>>()
            }
            _ => continue,
        };
        for (level, message, why, below) in said {
            let message = format!("{} {message}", object.words());
            let subject = component.unwrap_or("the platform");
            let start = Finding::new(&privilege::RULE, level, subject, message).why(why).only();
            let about = |(_, change): &(At, &Change)| change.path.starts_with(below);
            let below: Vec<_> = same(at.0, file, change).filter(about).collect();
            let all = if below.is_empty() { vec![(at, change)] } else { below };
            out.push(all.into_iter().fold(start, |finding, (at, change)| finding.about(at, change)));
        }
    }
}

/// Iterates over the changes of the object that a change is in.
pub(super) fn same<'a>(at: usize, file: &'a FileChange, change: &'a Change) -> impl Iterator<Item = (At, &'a Change)> {
    let changes = file.changes.iter().enumerate().filter(|(_, other)| other.object == change.object);
    changes.map(move |(place, change)| ((at, place), change))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Right, is_among, is_great};

    #[test]
    fn rights_that_others_hold_are_not_new() {
        let right = |verb: &str, resource: &str| -> Right { (verb.to_owned(), resource.to_owned(), "apps".to_owned()) };
        let known = BTreeSet::from([right("get", "*"), right("*", "deployments")]);
        assert!(is_among(&right("get", "secrets"), &known) && is_among(&right("delete", "deployments"), &known));
        assert!(!is_among(&right("delete", "secrets"), &known) && !is_among(&right("*", "*"), &known));
        assert!(is_great(&right("*", "pods")) && is_great(&right("get", "secrets")) && is_great(&right("bind", "x")));
        assert!(!is_great(&right("get", "pods")) && !is_great(&right("delete", "secrets")));
    }
}
