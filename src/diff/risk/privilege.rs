//! Rights.

use super::each::{Meaning, each, of_object};
use super::{Case, Finding, Level, RiskRule, rights};
use crate::diff::report::{Change, ChangeKind};

/// Something gets more rights.
pub(super) static RULE: RiskRule = RiskRule {
    name: "more-rights",
    code: "DV2021",
    summary: "A container, a role or a project gets more rights.",
    documentation: "\
## What it does
Reports a container that becomes privileged or gets the network or processes of its host or mounts a folder of it, one that runs as root, may write its own files
or gets a capability, a role that allows more or is new, a new binding or a new name in one, a project that allows more kinds of the
cluster or more repositories, and an Argo CD where everybody who signs in is `role:admin`.

A new role is dangerous where it may do everything, read secrets, run something in pods, or give itself more: `*`, `escalate`, `bind`,
`impersonate`. So is a new binding of such a role, of `cluster-admin`, `admin` or `edit`, one to everybody, and any in the whole cluster.
What an ordinary role of a new component may do is part of the component.

## Why it matters
A privileged container owns its node. A binding in the whole cluster outlives the reason that it was made for.

## What to do
Ask for less: a capability instead of `privileged`, a Role instead of a ClusterRole.
",
    judge,
};

const FLAGS: &[&str] = &["privileged", "hostNetwork", "hostPID", "hostIPC", "allowPrivilegeEscalation"];

/// What a container that may do more means.
const OWNS: &str = "who breaks out of it owns the node";

/// Returns what a change says of the user that a container runs as.
fn user(change: &Change) -> Option<Meaning> {
    let (before, after) = change.values();
    let added = matches!(change.kind, ChangeKind::Added | ChangeKind::Changed);
    let why = "what breaks into it may do everything in it, and out of it more than another user";
    match change.key() {
        "runAsUser" if added && after == "0" && before != "0" => {
            Some((Level::Caution, format!("`{}` is 0: the container runs as root", change.path), why))
        }
        "runAsNonRoot" if before == "true" && after != "true" || added && after == "false" => Some((
            Level::Caution,
            format!("`{}` is no longer asked for: the container may run as root", change.path),
            why,
        )),
        "readOnlyRootFilesystem" if before == "true" && after != "true" => {
            let why = "what breaks into it can change its programs";
            Some((Level::Caution, format!("`{}` is no longer asked for: it may write its own files", change.path), why))
        }
        _ if added && change.path.ends_with(']') && change.path.contains("capabilities.add[") => {
            Some((Level::Caution, format!("gets the capability `{after}`"), "see that it cannot do without"))
        }
        _ => None,
    }
}

fn reason(change: &Change) -> Option<Meaning> {
    let last = change.path.rsplit('.').next().unwrap_or_default();
    let (_, after) = change.values();
    if FLAGS.contains(&last) && after == "true" {
        return Some(of_object(change, (Level::Danger, format!("`{}` becomes true", change.path), OWNS)));
    }
    let default = change.path.contains("policy.default") || after.contains("policy.default: role:admin");
    if default && after.contains("role:admin") {
        let message = "everybody who signs in to Argo CD may do everything: `policy.default` is `role:admin`";
        return Some((Level::Danger, message.to_owned(), "who signs in may delete all that Argo CD looks after"));
    }
    if change.path.ends_with("hostPath.path") && matches!(change.kind, ChangeKind::Added | ChangeKind::Changed) {
        return Some(of_object(change, mounted(after)));
    }
    if change.is_of("AppProject") && matches!(change.kind, ChangeKind::Added | ChangeKind::Changed) {
        return project(change);
    }
    user(change).map(|said| of_object(change, said))
}

/// Returns what a change of a project means, if it allows more.
fn project(change: &Change) -> Option<Meaning> {
    let (before, after) = change.values();
    let name = change.object.as_ref().map(|object| object.name.as_str()).unwrap_or_default();
    // Where one of a list becomes another one; all of them are never fewer.
    let narrower = before == "*";
    if change.path.starts_with("spec.clusterResourceWhitelist") && !narrower {
        let what = if change.path.ends_with("].group") { "the group " } else { "" };
        let message = format!("project `{name}` may make more kinds in the whole cluster: {what}{after}");
        return Some((Level::Caution, message, "who may write to its repositories may make them"));
    }
    if change.path.starts_with("spec.sourceRepos") && !narrower {
        let all = after.trim_matches(['[', ']']).split(", ").any(|one| one == "*");
        let level = if all { Level::Danger } else { Level::Caution };
        let message = format!("project `{name}` may take objects from `{after}` too");
        return Some((level, message, "whoever may write there decides what the project deploys"));
    }
    None
}

/// Folders of a node from which all of it can be taken over.
const OF_NODES: &[&str] = &[
    "/etc",
    "/root",
    "/proc",
    "/dev",
    "/var/run",
    "/run",
    "/var/lib/kubelet",
    "/var/lib/docker",
    "/var/lib/containerd",
];

/// Returns what it means that a folder of the node is mounted.
fn mounted(path: &str) -> Meaning {
    let bare = path.trim_end_matches('/');
    let of_node = OF_NODES.contains(&bare) || bare.rsplit('.').next() == Some("sock");
    let message = format!("mounts `{path}` of its node");
    if bare.is_empty() || of_node {
        (Level::Danger, message, OWNS)
    } else {
        (Level::Caution, message, "it reads what lies there, and may write it unless that is forbidden")
    }
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    each(case, &RULE, out, |_, change| reason(change));
    rights::judge(case, out);
}

#[cfg(test)]
mod tests {
    use super::{Level, reason};
    use crate::diff::report::{Change, Object};

    #[test]
    fn rights_that_grow_are_seen() {
        let change = |path: &str, after: &str| Change::changed(path, "false", after);
        assert_eq!(reason(&change("securityContext.privileged", "true")).map(|found| found.0), Some(Level::Danger));
        assert_eq!(reason(&change("securityContext.privileged", "false")), None);
        assert_eq!(reason(&change("spec.securityContext.runAsUser", "0")).map(|found| found.0), Some(Level::Caution));
        assert_eq!(reason(&change("spec.securityContext.runAsUser", "10001")), None);
        assert_eq!(
            reason(&change("spec.securityContext.capabilities.add[0]", "SYS_ADMIN")).map(|found| found.1).as_deref(),
            Some("gets the capability `SYS_ADMIN`")
        );
        assert_eq!(reason(&change("spec.securityContext.capabilities.drop[0]", "ALL")), None);
        assert_eq!(reason(&change("spec.hostNetwork", "true")).map(|found| found.0), Some(Level::Danger));
        let object = Object { kind: "Deployment".into(), group: "apps".into(), namespace: None, name: "x".into() };
        let of = Change { object: Some(object), ..change("spec.privileged", "true") };
        let said = reason(&of).map(|found| found.1);
        assert_eq!(said.as_deref(), Some("Deployment x: `spec.privileged` becomes true"));
    }

    #[test]
    fn a_project_that_allows_more_is_seen() {
        let object = Object { kind: "AppProject".into(), group: String::new(), namespace: None, name: "x".into() };
        let said = |path: &str, before: &str, after: &str| {
            let change = Change::changed(path, before, after);
            reason(&Change { object: Some(object.clone()), ..change }).map(|found| (found.0, found.1))
        };
        let kinds = |what: &str| format!("project `x` may make more kinds in the whole cluster: {what}");
        let kind = |name: &str| format!("spec.clusterResourceWhitelist[{name}].kind");
        assert_eq!(said(&kind("Role"), "Namespace", "Role"), Some((Level::Caution, kinds("Role"))));
        assert_eq!(said(&kind("Role"), "*", "Role"), None);
        let group = "spec.clusterResourceWhitelist[*].group";
        assert_eq!(said(group, "apps", "*"), Some((Level::Caution, kinds("the group *"))));
        let repositories = |before: &str, after: &str| said("spec.sourceRepos[0]", before, after).map(|found| found.0);
        assert_eq!(repositories("https://a.example.org", "*"), Some(Level::Danger));
        assert_eq!(repositories("https://a.example.org", "https://b.example.org"), Some(Level::Caution));
        assert_eq!(repositories("*", "https://b.example.org"), None);
        assert_eq!(said("spec.description", "a", "b"), None);
    }
}
