//! What kind of store keeps data.

use super::each::each;
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind};
use crate::emit::TargetName;

/// Data are kept in another kind of store.
pub(super) static RULE: RiskRule = RiskRule {
    name: "store-changed",
    code: "DV2052",
    summary: "A product keeps its data in another kind of store.",
    documentation: "\
## What it does
Reports another kind of store: Vault from files to Raft, Loki or Tempo from a disk to a bucket, Grafana or Keycloak from its own
database to PostgreSQL, wherever values, manifests and configurations say so.

## Why it matters
No product moves its data when it starts with another store: it starts empty. A Vault that starts empty is sealed and knows neither its
secrets nor its keys.

## What to do
Move the data as the product says it (`vault operator migrate`, an export), while nothing writes; then change the kind.
",
    judge,
};

/// Keys that name the kind of store.
const KEYS: &[&str] =
    &["backend", "storagebackend", "storage_backend", "object_store", "objectstore", "storagetype", "storage_type"];

/// Switches between kinds of store of charts that keep secrets.
const SWITCHES: &[&str] = &["raft", "standalone"];

fn is_kind(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(char::is_alphabetic)
        && text.len() < 24
        && text.chars().all(|c| c.is_alphanumeric() || "-_".contains(c))
}

/// Returns what a change says of the store: what it was, and what it is.
fn kinds(change: &Change) -> Option<(String, String)> {
    let (before, after) = change.values();
    if let ChangeKind::Text(lines) = &change.kind {
        let of = |wanted: char| {
            let mut all = lines.shown.iter().filter(|(mark, _)| *mark == wanted).map(|(_, line)| line.trim());
            all.find_map(|line| line.strip_prefix("storage \"")?.split_once('"').map(|(kind, _)| kind.to_owned()))
        };
        return of('-').zip(of('+')).filter(|(from, to)| from != to);
    }
    if change.kind != ChangeKind::Changed {
        return None;
    }
    let path = change.path.to_ascii_lowercase();
    let mut keys = path.rsplit(['.', '"']).filter(|key| !key.is_empty());
    let (last, above) = (keys.next()?, keys.next().unwrap_or_default());
    let named = KEYS.contains(&last) || last == "type" && matches!(above, "storage" | "database");
    if named && is_kind(before) && is_kind(after) {
        return Some((before.to_owned(), after.to_owned()));
    }
    let switched = last == "enabled" && SWITCHES.contains(&above) && path.contains("server");
    let word = |flag: &str| if flag == "true" { above.to_owned() } else { format!("not {above}") };
    switched.then(|| (word(before), word(after)))
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    each(case, &RULE, out, |file, change| {
        if !matches!(file.target, TargetName::Values | TargetName::Manifests | TargetName::Machines) {
            return None;
        }
        let (from, to) = kinds(change)?;
        let message = format!("keeps its data in another kind of store: `{from}` → `{to}`");
        Some((Level::Danger, message, "it starts empty there: move the data first, as its documentation says"))
    });
}

#[cfg(test)]
mod tests {
    use super::kinds;
    use crate::diff::report::{Change, ChangeKind, Lines};

    #[test]
    fn kinds_of_stores_are_known() {
        let changed = |path: &str, before: &str, after: &str| {
            let change = Change::changed(path, before, after);
            kinds(&change).is_some()
        };
        assert!(changed("tempo.storage.trace.backend", "local", "s3"));
        assert!(changed("loki.storage.type", "filesystem", "s3"));
        assert!(changed("server.ha.raft.enabled", "false", "true"));
        assert!(changed("server.standalone.enabled", "true", "false"));
        assert!(!changed("backend", "http://a:80", "http://b:80"));
        assert!(!changed("service.type", "ClusterIP", "NodePort"));
        let lines = [('-', "storage \"file\" {"), ('+', "storage \"raft\" {")];
        let shown = lines.map(|(mark, line)| (mark, line.to_owned())).to_vec();
        let text = Change::new(String::new(), ChangeKind::Text(Lines { shown, added: 1, removed: 1 }), None, None);
        assert_eq!(kinds(&text), Some(("file".to_owned(), "raft".to_owned())));
    }
}
