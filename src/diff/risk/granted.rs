//! Roles and bindings of Kubernetes that are new.

use std::collections::BTreeMap;

use super::rights::{everybody, is_great, rights, subjects, words};
use super::{At, Case, Finding, Level, privilege};
use crate::diff::report::{Change, ChangeKind, FileChange, Object};
use crate::doc::Doc;
use crate::emit::Body;

/// A role or a binding that is new.
struct New<'a> {
    at: At,
    component: Option<&'a str>,
    change: &'a Change,
    object: &'a Object,
    doc: &'a Doc,
}

/// What a role is called: its kind, namespace and name.
type Called<'a> = (&'a str, Option<&'a str>, &'a str);

impl<'a> New<'a> {
    fn called(&self) -> Called<'a> {
        (&self.object.kind, self.object.namespace.as_deref(), &self.object.name)
    }

    /// Returns the role that it binds.
    fn role(&self) -> Option<Called<'a>> {
        let text = |key: &str| self.doc.at(&["roleRef", key]).and_then(Doc::as_str);
        let kind = text("kind")?;
        // A role of the whole cluster is in no namespace.
        let namespace = self.object.namespace.as_deref().filter(|_| kind == "Role");
        Some((kind, namespace, text("name")?))
    }

    fn is_everywhere(&self) -> bool {
        self.object.kind == "ClusterRoleBinding"
    }

    /// Returns whom it gives rights to, and whether that is everybody.
    fn whom(&self) -> (String, bool) {
        let all = subjects(self.doc);
        let one = |(name, words): &(String, String)| match everybody(name) {
            Some(who) => format!("{words}, {who},"),
            None => words.clone(),
        };
        let text = all.iter().map(one).collect::<Vec<_>>().join(", ");
        (text, all.iter().any(|(name, _)| everybody(name).is_some()))
    }

    /// Returns whether it is of a component that is new, which is said of all of it.
    fn comes_with(&self, case: &Case<'_>) -> bool {
        let name = self.component.filter(|name| !case.sides.renames.is_component(name));
        name.is_some_and(|name| case.base().component(name).is_none())
    }

    fn finding(&self, level: Level, message: &str, why: &str) -> Finding {
        let message = format!("{} is new{message}", self.object.words());
        let subject = self.component.unwrap_or("the platform");
        Finding::new(&privilege::RULE, level, subject, message).why(why).about(self.at, self.change).only()
    }
}

const OF_RBAC: &str = "rbac.authorization.k8s.io";

fn all<'a>(case: &Case<'a>) -> Vec<New<'a>> {
    let new = |(at, component, file, change): (At, Option<&'a str>, &'a FileChange, &'a Change)| {
        let object = change.object.as_ref().filter(|object| object.group == OF_RBAC)?;
        let whole = change.is_whole_object() && change.kind == ChangeKind::Added;
        let doc = case.new_object(file, change).filter(|_| whole)?;
        Some(New { at, component, change, object, doc })
    };
    case.changes().filter_map(new).collect()
}

/// Roles of Kubernetes itself that may do nearly all.
pub(super) const MIGHTY: &[&str] = &["cluster-admin", "admin", "edit"];

/// The roles of a side.
type Roles<'a> = BTreeMap<Called<'a>, &'a Doc>;

fn roles<'a>(case: &Case<'a>) -> Roles<'a> {
    let bodies = case.sides.head.0.artifacts.iter().filter_map(|artifact| artifact.body.as_ref());
    let docs = bodies.filter_map(|body| if let Body::Yaml(docs) = body { Some(docs) } else { None }).flatten();
    let role = |doc: &'a Doc| {
        let text = |path: &[&str]| doc.at(path).and_then(Doc::as_str);
        let kind = text(&["kind"]).filter(|kind| matches!(*kind, "Role" | "ClusterRole"))?;
        Some(((kind, text(&["metadata", "namespace"]), text(&["metadata", "name"])?), doc))
    };
    docs.filter_map(role).collect()
}

const OF_A_ROLE: &str = "whoever is bound to it may do that: ask for the verbs and resources that are needed";
const OF_A_BINDING: &str = "see that it cannot do without, and with what it signs in";

/// Judges what is new of them. What binds a new role is told with it.
pub(super) fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let new = all(case);
    if new.is_empty() {
        return;
    }
    let mut bound: BTreeMap<Called<'_>, Vec<&New<'_>>> = BTreeMap::new();
    for binding in &new {
        if let Some(role) = binding.role().filter(|_| !binding.is_everywhere()) {
            bound.entry(role).or_default().push(binding);
        }
    }
    let mut told: BTreeMap<Called<'_>, Level> = BTreeMap::new();
    for role in new.iter().filter(|one| matches!(one.object.kind.as_str(), "Role" | "ClusterRole")) {
        let all = rights(role.doc);
        let level = if all.iter().any(is_great) { Level::Danger } else { Level::Caution };
        told.insert(role.called(), level);
        // An ordinary one of a new component is part of it.
        if all.is_empty() || level < Level::Danger && role.comes_with(case) {
            continue;
        }
        let bindings: Vec<&New<'_>> = bound.get(&role.called()).into_iter().flatten().copied().collect();
        let who = bindings.iter().map(|one| one.whom().0).collect::<Vec<_>>().join(", ");
        let may = words(&all, |_| false);
        let message = if who.is_empty() { format!(" and may {may}") } else { format!(": {who} may {may}") };
        let mut finding = role.finding(level, &message, OF_A_ROLE);
        for binding in bindings {
            finding.add(binding.at, binding.change);
        }
        out.push(finding);
    }
    let known = if new.iter().any(|one| one.role().is_some()) { roles(case) } else { Roles::new() };
    for binding in &new {
        out.extend(of_binding(case, binding, (&told, &known)));
    }
}

fn of_binding(
    case: &Case<'_>,
    binding: &New<'_>,
    (told, known): (&BTreeMap<Called<'_>, Level>, &Roles<'_>),
) -> Option<Finding> {
    let role = binding.role()?;
    let (who, everybody) = binding.whom();
    let everywhere = binding.is_everywhere();
    let great = MIGHTY.contains(&role.2) || known.get(&role).is_some_and(|doc| rights(doc).iter().any(is_great));
    let with_role = told.contains_key(&role);
    let level = if everywhere || everybody || great && !with_role { Level::Danger } else { Level::Caution };
    if level < Level::Danger && (with_role || binding.comes_with(case)) || who.is_empty() {
        return None;
    }
    let place = if everywhere { "in the whole cluster" } else { "in its namespace" };
    let message = format!(": gives {who} the rights of {} `{}` {place}", role.0, role.2);
    let why = if everywhere { "it outlives the reason that it was made for" } else { OF_A_BINDING };
    Some(binding.finding(level, &message, why))
}
