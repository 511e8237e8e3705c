//! Data that a change leaves behind or deletes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::each::{Meaning, each};
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind, FileChange};
use crate::emit::TargetName;
use crate::model::composition::Composition;
use crate::model::{Component, End, Platform, Tenancy, Traced};
use crate::source::OriginId;
use crate::spec::FlowKind;

/// Something reads and writes in another place than it did.
pub(super) static LEFT: RiskRule = RiskRule {
    name: "data-left-behind",
    code: "DV2033",
    summary: "A component uses another bucket or database, or volumes another group.",
    documentation: "\
## What it does
Reports another name of the bucket or of the database that a component uses, another server of it, another volume group of a storage class, another share that a machine mounts, another
tenant of a composition, and a store that has tenants for the first time or no longer.

## Why it matters
Nothing moves data. The component starts empty in the new place, and what it wrote stays in the old one. Volumes of a storage class
stay in the group that they were made in, and a group that is gone from the machines takes them with it.

## What to do
Copy the data while nothing writes, then change the name.
",
    judge: left,
};

fn left(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (old, new) = (names(case.base()), names(case.head()));
    for (key, after) in &new {
        let Some(before) = old.get(key) else { continue };
        let gone = before.iter().filter(|name| after.iter().all(|other| other.value != name.value));
        let come = after.iter().filter(|name| before.iter().all(|other| other.value != name.value));
        for (from, to) in gone.zip(come) {
            let (component, server, noun) = key;
            let message = format!("{noun} `{}` → `{}` in `{server}`", from.value, to.value);
            let why = "nothing moves the data: it starts empty, and what it wrote stays behind under the old name";
            let causes = case.because(Some(from.origin), Some(to.origin), None);
            out.push(Finding::new(&LEFT, Level::Danger, *component, message).why(why).because(causes));
        }
    }
    moved(case, (&old, &new), out);
    tenants(case, out);
    tenancies(case, out);
    for (at, component, _, change) in case.changes() {
        let mount = change.path.contains("mounts[") && change.path.ends_with("].source");
        if mount && change.kind == ChangeKind::Changed {
            let (before, after) = change.values();
            let message = format!("`{before}` → `{after}` at `{}`", change.path);
            let why = "nothing moves the data: it starts empty, and what it wrote, such as backups, stays behind";
            let subject = component.unwrap_or("the platform");
            out.push(Finding::new(&LEFT, Level::Danger, subject, message).why(why).about(at, change));
        }
    }
    for to in &case.head().topology.storage_classes {
        let old = case.base().topology.storage_classes.iter().find(|old| old.name.value == to.name.value);
        if let (Some(from), Some(to_group)) = (old.and_then(|old| old.volume_group.as_ref()), to.volume_group.as_ref())
            && from.value != to_group.value
        {
            let message = format!("volume group `{}` → `{}`", from.value, to_group.value);
            let why = "volumes stay in the group that they were made in: copy what they hold before that group goes";
            let causes = case.because(Some(from.origin), Some(to_group.origin), None);
            let subject = format!("storage class {}", to.name.value);
            out.push(Finding::new(&LEFT, Level::Danger, subject, message).why(why).because(causes));
        }
    }
}

/// Reports compositions whose telemetry is kept under another tenant.
fn tenants(case: &Case<'_>, out: &mut Vec<Finding>) {
    for new in &case.head().compositions {
        let Some(old) = case.base().compositions.iter().find(|old| old.name.value == new.name.value) else { continue };
        let targets = |one: &'_ Composition| one.telemetry.as_ref().map(|all| all.targets.clone()).unwrap_or_default();
        for to in targets(new) {
            let from = targets(old).into_iter().find(|from| from.signal == to.signal);
            let (Some(was), Some(is)) = (from.and_then(|from| from.tenant), to.tenant) else { continue };
            if was.value == is.value {
                continue;
            }
            let kind = to.signal.word();
            let message = format!("{kind} have tenant `{}` and no longer `{}`", is.value, was.value);
            let why =
                "what was written before is found under the old tenant only: see who reads and who else writes there";
            let causes = case.because(Some(was.origin), Some(is.origin), None);
            let subject = format!("composition {}", new.name.value);
            out.push(Finding::new(&LEFT, Level::Caution, subject, message).why(why).because(causes));
        }
    }
}

/// Reports stores that tell tenants apart, or do so no longer: what others call by that name is something else.
fn tenancies(case: &Case<'_>, out: &mut Vec<Finding>) {
    let stores = |platform: &'_ Platform| -> BTreeSet<Arc<str>> {
        platform.components.iter().filter(|one| has_tenants(one)).map(|one| one.name.value.clone()).collect()
    };
    let known: BTreeSet<Arc<str>> = stores(case.base()).into_iter().chain(stores(case.head())).collect();
    let own = |(component, file): &(Option<Arc<str>>, FileChange)| match component {
        Some(name) => known.contains(name),
        // What machines run has its files in common.
        None => file.target == TargetName::Machines && !known.is_empty(),
    };
    let paths: BTreeSet<&str> = case.files.iter().filter(|one| own(one)).map(|(_, file)| file.path.as_str()).collect();
    let is_config = |change: &Change| change.object.is_none() || change.is_of("ConfigMap");
    each(case, &LEFT, out, |file, change| {
        tenancy(change).filter(|_| paths.contains(file.path.as_str()) && is_config(change))
    });
}

/// Returns whether callers of a component can name a tenant.
fn has_tenants(component: &Component) -> bool {
    let parts = component.parts.iter().flat_map(|part| part.serves.values());
    let mut all = component.serves.values().chain(parts);
    all.any(|serve| std::iter::once(&serve.usual).chain(serve.via.values()).any(|way| way.tenant != Tenancy::None))
}

/// Returns what it means that a store tells tenants apart, or does so no longer.
fn tenancy(change: &Change) -> Option<Meaning> {
    let told = matches!(change.key(), "auth_enabled" | "multitenancy_enabled" | "multitenancyEnabled");
    let message = match change.values() {
        ("false", "true") => format!("`{}` is true: it has tenants from now on", change.path),
        ("true", "false") => format!("`{}` is false: it has no tenants any more", change.path),
        _ => return None,
    };
    let why = "what was written before lies under another tenant: nobody who asks as they do from now on finds it";
    (told && change.kind == ChangeKind::Changed).then_some((Level::Danger, message, why))
}

/// Reports components whose database or bucket is in another server.
fn moved(case: &Case<'_>, (old, new): (&Names<'_>, &Names<'_>), out: &mut Vec<Finding>) {
    let after = |name: &str| case.sides.renames.after(name).map_or_else(|| name.to_owned(), ToString::to_string);
    for (component, before, noun) in old.keys() {
        let (who, was) = (after(component), after(before));
        let of = |(name, _, other): &Place<'_>| *name == who && other == noun;
        let known = |server: &str| {
            old.keys().any(|(name, known, other)| after(name) == who && other == noun && after(known) == server)
        };
        let mut come = new.iter().filter(|((name, to, other), _)| of(&(name, to, other)) && !known(to));
        let gone = new.keys().all(|key| !of(key) || key.1 != was);
        let (Some(((_, server, _), names)), None, true) = (come.next(), come.next(), gone) else { continue };
        let Some(name) = names.first() else { continue };
        let message = format!("{noun} `{}` is in `{server}` and no longer in `{was}`", name.value);
        let why =
            "nothing moves the data: it starts empty there, and what it wrote stays behind or goes with the old one";
        let causes = case.because(end(case.base(), component, before), end(case.head(), &who, server), None);
        out.push(Finding::new(&LEFT, Level::Danger, who, message).why(why).because(causes));
    }
}

/// Returns where the spec says that a component keeps its data in another one.
fn end(platform: &Platform, from: &str, to: &str) -> Option<OriginId> {
    let called =
        |end: &End, name: &str| platform.components.get(end.component.0).is_some_and(|one| &*one.name.value == name);
    let mut flows = platform.flows.iter().filter(|flow| matches!(flow.kind, FlowKind::Database | FlowKind::Objects));
    flows.find(|flow| called(&flow.from, from) && called(&flow.to, to)).map(|flow| flow.to.origin)
}

/// The names of databases and buckets by who uses them where.
type Names<'a> = BTreeMap<Place<'a>, Vec<&'a Traced<Arc<str>>>>;

/// A component, what keeps its data, and what that is called there.
type Place<'a> = (&'a str, &'a str, &'static str);

/// Returns the names of databases and buckets by who uses them where.
fn names(platform: &Platform) -> Names<'_> {
    let mut found = Names::new();
    for flow in &platform.flows {
        let noun = match flow.kind {
            FlowKind::Database => "database",
            FlowKind::Objects => "bucket",
            _ => continue,
        };
        let component = |end: &End| platform.components.get(end.component.0).map(|one| &*one.name.value);
        if let (Some(from), Some(to), Some(name)) = (component(&flow.from), component(&flow.to), &flow.name) {
            found.entry((from, to, noun)).or_default().push(name);
        }
    }
    found
}
