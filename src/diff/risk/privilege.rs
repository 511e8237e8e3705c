//! Rights.

use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind};

/// Something gets more rights.
pub(super) static RULE: RiskRule = RiskRule {
    name: "more-rights",
    code: "DV2021",
    summary: "A container, a role or a project gets more rights.",
    documentation: "\
## What it does
Reports a container that becomes privileged or gets the network or processes of its host, a new binding to rights in the whole
cluster, a project that allows more kinds of the cluster or more repositories, and an Argo CD where everybody who signs in is `role:admin`.

## Why it matters
A privileged container owns its node. A binding in the whole cluster outlives the reason that it was made for.

## What to do
Ask for less: a capability instead of `privileged`, a Role instead of a ClusterRole.
",
    judge,
};

const FLAGS: &[&str] = &["privileged", "hostNetwork", "hostPID", "hostIPC", "allowPrivilegeEscalation"];

fn reason(change: &Change) -> Option<(Level, String)> {
    let last = change.path.rsplit('.').next().unwrap_or_default();
    let (_, after) = change.values();
    let object = change.object.as_ref();
    if FLAGS.contains(&last) && after == "true" {
        return Some((Level::Danger, format!("`{}` becomes true", change.path)));
    }
    if change.is_of("ClusterRoleBinding") && change.kind == ChangeKind::Added && change.path.is_empty() {
        let name = object.map(|object| object.name.clone()).unwrap_or_default();
        return Some((Level::Danger, format!("new binding `{name}` to rights in the whole cluster")));
    }
    let default = change.path.contains("policy.default") || after.contains("policy.default: role:admin");
    if default && after.contains("role:admin") {
        let message = "everybody who signs in to Argo CD may do everything: `policy.default` is `role:admin`";
        return Some((Level::Danger, message.to_owned()));
    }
    let widened = change.is_of("AppProject") && change.kind == ChangeKind::Added && change.path.starts_with("spec.");
    if widened && change.path.starts_with("spec.clusterResourceWhitelist") {
        let name = object.map(|object| object.name.clone()).unwrap_or_default();
        return Some((Level::Caution, format!("project `{name}` may make more kinds in the whole cluster: {after}")));
    }
    None
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (at, component, _, change) in case.changes() {
        if let Some((level, message)) = reason(change) {
            out.push(Finding::new(&RULE, level, component.unwrap_or("the platform"), message).about(at, change).only());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, reason};
    use crate::diff::report::{Change, ChangeKind, Object};
    use crate::diff::value::words;

    #[test]
    fn rights_that_grow_are_seen() {
        let change = |path: &str, after: &str| {
            Change::new(path.to_owned(), ChangeKind::Changed, Some(words("false")), Some(words(after)))
        };
        assert_eq!(reason(&change("securityContext.privileged", "true")).map(|found| found.0), Some(Level::Danger));
        assert_eq!(reason(&change("securityContext.privileged", "false")), None);
        assert_eq!(reason(&change("spec.hostNetwork", "true")).map(|found| found.0), Some(Level::Danger));
        let object =
            Object { kind: "ClusterRoleBinding".into(), group: String::new(), namespace: None, name: "x".into() };
        let binding = Change { object: Some(object), ..Change::new(String::new(), ChangeKind::Added, None, None) };
        assert_eq!(reason(&binding).map(|found| found.0), Some(Level::Danger));
    }
}
