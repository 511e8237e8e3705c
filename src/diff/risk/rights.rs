//! Roles and bindings of Kubernetes.

use std::collections::BTreeSet;

use super::pair::pairs;
use super::{Case, Finding, Level, granted, privilege};
use crate::doc::Doc;

/// Something that may be done: a verb on a resource of a group, and which one of that resource; `*` is each.
pub(super) type Right = (String, String, String, String);

/// Most rights that one rule is taken apart into.
const MOST: usize = 400;

/// Returns the items of a list in something; of one that is missing none.
pub(super) fn list<'d>(doc: &'d Doc, path: &[&str]) -> &'d [Doc] {
    doc.at(path).and_then(Doc::as_list).map(Vec::as_slice).unwrap_or_default()
}

/// Returns the rights of a role.
pub(super) fn rights(role: &Doc) -> BTreeSet<Right> {
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
        let mut names = texts("resourceNames");
        if names.is_empty() {
            names.push("*".to_owned());
        }
        for verb in texts("verbs") {
            for resource in &resources {
                let each = groups.iter().flat_map(|group| names.iter().map(move |name| (group, name)));
                let room = MOST.saturating_sub(all.len());
                all.extend(
                    each.take(room).map(|(group, name)| (verb.clone(), resource.clone(), group.clone(), name.clone())),
                );
            }
        }
    }
    all
}

/// Returns whether a right is among others, of which each may be one of everything.
fn is_among(right: &Right, known: &BTreeSet<Right>) -> bool {
    let is = |one: &str, other: &str| one == other || other == "*";
    let holds = |other: &Right| {
        is(&right.0, &other.0) && is(&right.1, &other.1) && is(&right.2, &other.2) && is(&right.3, &other.3)
    };
    known.contains(right) || known.iter().any(holds)
}

/// Returns whether a right leads to all others, or to what is secret.
pub(super) fn is_great((verb, resource, ..): &Right) -> bool {
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
    // Of one that it may do to some already, that it may do it to each.
    let some = |right: &Right| {
        known.iter().any(|old| (&old.0, &old.1, &old.2) == (&right.0, &right.1, &right.2) && right.3 == "*")
    };
    let level = if great { Level::Danger } else { Level::Caution };
    (!new.is_empty()).then(|| (level, format!("may do more: {}", words(&new, some))))
}

/// Returns rights as people name them, the great ones first; `some` says of which only some things had it before.
pub(super) fn words<'r>(all: impl IntoIterator<Item = &'r Right>, some: impl Fn(&Right) -> bool) -> String {
    let words = |right: &Right| {
        let (verb, resource, _, name) = right;
        match name.as_str() {
            "*" if some(right) => format!("`{verb}` on each of `{resource}`"),
            "*" => format!("`{verb}` on `{resource}`"),
            name => format!("`{verb}` on `{resource}` `{name}`"),
        }
    };
    let names: BTreeSet<(bool, String)> = all.into_iter().map(|right| (!is_great(right), words(right))).collect();
    let more = names.len().saturating_sub(NAMED);
    let text = names.into_iter().take(NAMED).map(|(_, words)| words).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}

/// Groups that hold more than somebody has chosen, and who that is.
const EVERYBODY: &[(&str, &str)] = &[
    ("system:authenticated", "everybody who is signed in, each pod too"),
    ("system:unauthenticated", "everybody, without a login"),
    ("system:anonymous", "everybody, without a login"),
    ("system:serviceaccounts", "each pod of the cluster"),
];

/// Returns who is in a group that nobody has chosen.
pub(super) fn everybody(name: &str) -> Option<&'static str> {
    EVERYBODY.iter().find(|(group, _)| *group == name).map(|(_, who)| *who)
}

/// Returns whom a binding gives its rights to, each by its kind, namespace and name.
pub(super) fn subjects(binding: &Doc) -> Vec<(String, String)> {
    let all = list(binding, &["subjects"]);
    let text = |one: &Doc, key: &str| one.at(&[key]).and_then(Doc::as_str).unwrap_or_default().to_owned();
    let words = |one: &Doc| {
        let (kind, namespace, name) = (text(one, "kind"), text(one, "namespace"), text(one, "name"));
        let place = if namespace.is_empty() { name.clone() } else { format!("{namespace}/{name}") };
        (name, format!("{kind} `{place}`"))
    };
    all.iter().map(words).collect()
}

/// What something means: how much care it needs, what happens, why it matters, and below which path it stands.
type Said = (Level, String, &'static str, &'static str);

/// Returns what it means whom a binding gives its rights to, and what it binds.
fn bound(before: &Doc, after: &Doc, everywhere: bool) -> Vec<Said> {
    let (old, new) = (subjects(before), subjects(after));
    let mut said = Vec::new();
    for (name, words) in new.iter().filter(|one| !old.contains(one)) {
        let everybody = everybody(name);
        let who = everybody.map(|who| format!(", {who},")).unwrap_or_default();
        let level = if everywhere || everybody.is_some() { Level::Danger } else { Level::Caution };
        let place = if everywhere { "in the whole cluster" } else { "in its namespace" };
        let why = "see that it cannot do without, and with what it signs in";
        said.push((level, format!("gives {words}{who} its rights {place}"), why, "subjects"));
    }
    let role = |doc: &Doc| doc.at(&["roleRef", "name"]).and_then(Doc::as_str).unwrap_or_default().to_owned();
    let (from, to) = (role(before), role(after));
    if from != to && granted::MIGHTY.contains(&to.as_str()) {
        let why = "whoever it binds may do everything that it allows: a role of one's own allows less";
        said.push((Level::Danger, format!("gives the rights of `{to}` and no longer of `{from}`"), why, "roleRef"));
    }
    said
}

/// Judges the roles and bindings that are on both sides, and those that are new.
pub(super) fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    granted::judge(case, out);
    for pair in pairs(case, |object| object.group == "rbac.authorization.k8s.io") {
        let (before, after, kind) = (pair.before, pair.after, pair.object.kind.as_str());
        let said: Vec<Said> = match kind {
            "Role" | "ClusterRole" => {
                let why = "whoever is bound to it may do that: ask for the verbs and resources that are needed";
                let grown = grown(before, after).map(|(level, message)| (level, message, why, "rules"));
                grown.into_iter().collect()
            }
            "RoleBinding" | "ClusterRoleBinding" => bound(before, after, kind == "ClusterRoleBinding"),
            _ => continue,
        };
        for (level, message, why, below) in said {
            let message = format!("{} {message}", pair.object.words());
            let subject = pair.component.unwrap_or("the platform");
            let finding = Finding::new(&privilege::RULE, level, subject, message).why(why).only();
            out.push(pair.about(finding, &[below]));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Right, is_among, is_great};

    #[test]
    fn rights_that_others_hold_are_not_new() {
        let right = |verb: &str, resource: &str| -> Right {
            (verb.to_owned(), resource.to_owned(), "apps".to_owned(), "*".to_owned())
        };
        let one = |verb: &str| -> Right { (verb.to_owned(), "pods".to_owned(), "apps".to_owned(), "web".to_owned()) };
        let known = BTreeSet::from([right("get", "*"), right("*", "deployments")]);
        assert!(is_among(&right("get", "secrets"), &known) && is_among(&right("delete", "deployments"), &known));
        assert!(!is_among(&right("delete", "secrets"), &known) && !is_among(&right("*", "*"), &known));
        assert!(is_among(&one("get"), &known) && !is_among(&right("get", "pods"), &BTreeSet::from([one("get")])));
        assert!(is_great(&right("*", "pods")) && is_great(&right("get", "secrets")) && is_great(&right("bind", "x")));
        assert!(!is_great(&right("get", "pods")) && !is_great(&right("delete", "secrets")));
    }
}
