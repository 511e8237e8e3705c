//! Versions of databases.

use super::each::each;
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind};

/// A database has another major version, or goes back.
pub(super) static RULE: RiskRule = RiskRule {
    name: "database-version",
    code: "DV2055",
    summary: "A database gets another major version, or an older one.",
    documentation: "\
## What it does
Reports the image of a database, or the version that an operator is told, when its major number is another one, or when it goes back:
PostgreSQL, MySQL, MariaDB, MongoDB, Redis and Valkey, InfluxDB, ClickHouse, Elasticsearch and OpenSearch, etcd.

## Why it matters
A major version has another format of files. The new server refuses to start on the old ones (PostgreSQL), or changes them for good, so
that there is no way back. An older server does not read what a newer one wrote.

## What to do
Make a backup and try to restore it. Then upgrade as the product says it: dump and restore, `pg_upgrade`, or what the operator does
by itself; one major version at a time where it asks for that.
",
    judge,
};

/// Names of images and of fields, by what they are called in a path or before the tag.
const DATABASES: &[&str] = &[
    "postgresql",
    "postgres",
    "timescaledb",
    "mysql",
    "mariadb",
    "mongodb",
    "mongo",
    "redis",
    "valkey",
    "influxdb",
    "clickhouse-server",
    "elasticsearch",
    "opensearch",
    "etcd",
];

/// Returns the database, and its versions before and after.
fn versions(change: &Change) -> Option<(&'static str, String, String)> {
    if change.kind != ChangeKind::Changed {
        return None;
    }
    let (before, after) = change.values();
    let path = change.path.to_ascii_lowercase();
    let mut keys = path.rsplit(['.', '"']).filter(|key| !key.is_empty());
    let (last, above) = (keys.next()?, keys.next().unwrap_or_default());
    let known = |name: &str| {
        let bare = name.rsplit('/').next().unwrap_or_default();
        DATABASES.iter().find(|known| **known == bare).copied()
    };
    if matches!(last, "image" | "imagename") {
        let split = |image: &str| {
            let image = image.split('@').next().unwrap_or_default();
            image.rsplit_once(':').map(|(name, tag)| (name.to_owned(), tag.to_owned()))
        };
        let (old, new) = (split(before)?, split(after)?);
        return known(&old.0).filter(|_| old.0 == new.0).map(|name| (name, old.1, new.1));
    }
    // The version that an operator or a chart is told: `version.postgresql`, `postgresql.image.tag`.
    let name = match last {
        "tag" => path.split(['.', '"']).find_map(known),
        _ => known(last).filter(|_| above.contains("version")),
    };
    name.map(|name| (name, before.to_owned(), after.to_owned()))
}

/// Returns the numbers that a tag begins with: `16.4-bookworm` gives 16 and 4.
fn numbers(tag: &str) -> Vec<u64> {
    let bare = tag.trim_matches('"').trim_start_matches('v');
    let end = bare.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(bare.len());
    let (bare, _) = bare.split_at_checked(end).unwrap_or((bare, ""));
    bare.split('.').map_while(|part| part.parse().ok()).collect()
}

/// Returns what another version means for the files of a database, where it means something.
pub(super) fn meaning(change: &Change) -> Option<(String, &'static str)> {
    let (name, from, to) = versions(change)?;
    let (old, new) = (numbers(&from), numbers(&to));
    let (before, after) = (old.first()?, new.first()?);
    if after > before {
        let why = "its files have another format: make a backup and follow its upgrade guide, else it does not start, or there is no way back";
        Some((format!("{name} {from} → {to}, another major version"), why))
    } else if new < old {
        Some((format!("{name} {from} → {to}, a step back"), "an older server may not read what the newer one wrote"))
    } else {
        None
    }
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    each(case, &RULE, out, |_, change| meaning(change).map(|(message, why)| (Level::Danger, message, why)));
}

#[cfg(test)]
mod tests {
    use super::meaning;
    use crate::diff::report::Change;

    #[test]
    fn major_versions_of_databases_are_known() {
        let judged = |path: &str, before: &str, after: &str| meaning(&Change::changed(path, before, after)).is_some();
        let image = |tag: &str| format!("ghcr.io/cloudnative-pg/postgresql:{tag}");
        assert!(judged("spec.imageName", &image("16.4-bookworm"), &image("17.2-bookworm")));
        assert!(!judged("spec.imageName", &image("16.4"), &image("16.6")));
        assert!(judged("spec.imageName", &image("16.6"), &image("16.4")), "a step back");
        assert!(judged("version.postgresql", "\"16\"", "\"17\""));
        assert!(judged("services.db.image", "postgres:16", "postgres:17"));
        assert!(judged("postgresql.image.tag", "15.1.0", "16.0.0"));
        assert!(!judged("image.tag", "12.1.0", "13.0.0"));
        assert!(!judged("services.web.image", "nginx:1", "nginx:2"));
    }
}
