//! The table of versions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::report::VersionRow;
use super::risk::{Case, bare, image, other_source, pinned, short, step, tools};

/// Returns the versions that changed in an environment.
pub(super) fn rows(case: &Case<'_>, environment: &Arc<str>) -> Vec<VersionRow> {
    let mut rows = Vec::new();
    let row = |subject: &str, what: &str, from: &str, to: &str, causes: Vec<usize>| VersionRow {
        subject: subject.to_owned(),
        what: what.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        step: match (from.is_empty(), to.is_empty()) {
            (true, _) => "new",
            (_, true) => "gone",
            _ => step(from, to),
        },
        environments: vec![environment.clone()],
        causes,
    };
    let renames = case.sides.renames;
    let before = case.base().components.iter().map(|component| {
        let name = &component.name.value;
        (&**renames.after(name).unwrap_or(name), Some(component))
    });
    let after = case.head().components.iter().map(|component| (&*component.name.value, None));
    let mut names: BTreeMap<&str, Option<&crate::model::Component>> = after.collect();
    names.extend(before);
    for (name, old) in names {
        let new = case.head().component(name);
        let version = |side: Option<&'_ crate::model::Component>| side.and_then(|component| component.version.clone());
        let (from, to) = (version(old), version(new));
        let text = |version: &Option<crate::model::Traced<crate::spec::scalars::Version>>| {
            version.as_ref().map(|version| version.value.text.to_string()).unwrap_or_default()
        };
        let (before, after) = (text(&from), text(&to));
        if before == after {
            continue;
        }
        let chart = new.or(old).and_then(|component| component.chart.as_ref()).map(|(_, chart)| chart.value.clone());
        let origin = |version: Option<crate::model::Traced<crate::spec::scalars::Version>>| version.map(|v| v.origin);
        let causes = case.because(origin(from), origin(to), Some(name));
        rows.push(row(name, chart.as_deref().unwrap_or(""), &before, &after, causes));
    }
    let before = tools(case.base());
    for new in tools(case.head()) {
        let old = before.iter().find(|old| (old.name, old.what) == (new.name, new.what));
        if let Some(old) = old.filter(|old| old.version.value != new.version.value) {
            let causes = case.because(Some(old.version.origin), Some(new.version.origin), None);
            rows.push(row(new.name, new.what, &short(&old.version.value), &short(&new.version.value), causes));
        }
    }
    // The version of what runs on machines is that of its image.
    let told = rows.iter().filter(|row| !row.what.contains(" at "));
    let told: BTreeSet<(Vec<usize>, String, String)> =
        told.map(|row| (row.causes.clone(), bare(&row.from), bare(&row.to))).collect();
    for (_, component, _, change) in case.changes() {
        if let Some((name, from, to)) = pinned(change) {
            let what = format!("{name} at {}", change.path);
            rows.push(row(component.unwrap_or(""), &what, from, to, change.causes.clone()));
        }
        if let Some(((from, old), (to, new))) = other_source(change) {
            let whole = |name: &str, tag: &str| if tag.is_empty() { name.to_owned() } else { format!("{name}:{tag}") };
            let what = format!("image at {}", change.path);
            let (from, to) = (whole(from, old), whole(to, new));
            rows.push(row(component.unwrap_or(""), &what, &from, &to, change.causes.clone()));
        }
        let Some((from, to)) = image(change) else { continue };
        if told.contains(&(change.causes.clone(), bare(&from), bare(&to))) {
            continue;
        }
        let what = format!("image at {}", change.path);
        let mut row = row(component.unwrap_or(""), &what, &short(&from), &short(&to), change.causes.clone());
        if from == "digest" {
            let (before, after) = change.values();
            let digest = |text: &str| short(text.trim_matches('"').rsplit('@').next().unwrap_or(text));
            (row.from, row.to, row.step) = (digest(before), digest(after), "rebuilt");
        }
        rows.push(row);
    }
    rows
}

/// Joins rows that are the same in several environments.
pub(super) fn join(all: Vec<VersionRow>) -> Vec<VersionRow> {
    let mut joined: Vec<VersionRow> = Vec::new();
    let mut places: BTreeMap<[String; 4], usize> = BTreeMap::new();
    for row in all {
        let key = [&row.subject, &row.what, &row.from, &row.to].map(Clone::clone);
        let place = *places.entry(key).or_insert(joined.len());
        match joined.get_mut(place) {
            Some(old) => {
                old.environments.extend(
                    row.environments.into_iter().filter(|name| !old.environments.contains(name)).collect::<Vec<_>>(),
                );
                old.causes
                    .extend(row.causes.into_iter().filter(|cause| !old.causes.contains(cause)).collect::<Vec<_>>());
            }
            None => joined.push(row),
        }
    }
    joined
}
