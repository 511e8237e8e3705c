//! The table of versions.

use std::sync::Arc;

use super::report::VersionRow;
use super::risk::{Case, step};

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
    let mut names: std::collections::BTreeMap<&str, Option<&crate::model::Component>> = after.collect();
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
    for new in &case.head().versions {
        if let Some(old) =
            case.base().versions.iter().find(|old| old.name == new.name && old.version.value != new.version.value)
        {
            let causes = case.because(Some(old.version.origin), Some(new.version.origin), None);
            rows.push(row(&new.name, "tool", &old.version.value, &new.version.value, causes));
        }
    }
    for new in &case.head().collections {
        let old = case.base().collections.iter().find(|old| old.name.value == new.name.value);
        if let Some(old) = old.filter(|old| old.version.value != new.version.value) {
            let causes = case.because(Some(old.version.origin), Some(new.version.origin), None);
            rows.push(row(&new.name.value, "Ansible collection", &old.version.value, &new.version.value, causes));
        }
    }
    for (_, component, _, change) in case.changes() {
        if let Some((from, to)) = super::risk::image(change) {
            let mut row =
                row(component.unwrap_or(""), &format!("image at {}", change.path), &from, &to, change.causes.clone());
            if from == "digest" {
                let (before, after) = change.values();
                let short =
                    |text: &str| text.rsplit("sha256:").next().unwrap_or(text).chars().take(12).collect::<String>();
                (row.from, row.to, row.step) = (short(before), short(after), "rebuilt");
            }
            rows.push(row);
        }
    }
    rows
}

/// Joins rows that are the same in several environments.
pub(super) fn join(all: Vec<VersionRow>) -> Vec<VersionRow> {
    let mut joined: Vec<VersionRow> = Vec::new();
    for row in all {
        let same = |old: &&mut VersionRow| {
            (&old.subject, &old.what, &old.from, &old.to) == (&row.subject, &row.what, &row.from, &row.to)
        };
        match joined.iter_mut().find(same) {
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
