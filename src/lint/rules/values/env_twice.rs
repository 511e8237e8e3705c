//! A variable that is written twice.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Map};
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};
use crate::source::OriginId;

rule! {
    /// A variable of a container is written twice.
    ///
    /// ## What it does
    ///
    /// Looks at the lists of variables in Helm values for a name that is there twice, and at `env` beside `envValueFrom`.
    /// Objects are judged by the tables of their kinds (`duplicate-item`).
    ///
    /// ## Why it matters
    ///
    /// One of the two wins without a word, and server-side apply refuses the workload.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// extraEnv:
    ///   - { name: LOG_LEVEL, value: info }
    ///   - { name: LOG_LEVEL, value: debug }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// extraEnv:
    ///   - { name: LOG_LEVEL, value: debug }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, issue 58477.
    pub(super) static RULE = Kind::new("env-twice", "DV1503"), Values, Error, fix: None, Check::Map(|key| is_env(key) || key == "envValueFrom", check);
}

/// Returns whether charts keep variables under a key: `env`, `extraEnv`, `extraEnvVars`, `env_vars`.
pub(super) fn is_env(key: &str) -> bool {
    // Most keys are not even tried.
    let end = key.as_bytes().last();
    if !matches!(end, Some(b'v' | b's' | b'V' | b'S')) {
        return false;
    }
    let before = |key: &'_ str, word: &str| {
        let at = key.len().checked_sub(word.len())?;
        key.get(at..).filter(|end| end.eq_ignore_ascii_case(word)).map(|_| at)
    };
    let end = before(key, "vars").and_then(|at| key.get(..at)).map_or(key, |key| key.trim_end_matches('_'));
    before(end, "env").is_some()
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    if place.document.is_object() {
        return;
    }
    for (_, list) in place.map.iter().filter(|(key, _)| is_env(&key.text)) {
        let mut seen: BTreeMap<&str, OriginId> = BTreeMap::new();
        for name in list.as_list().into_iter().flatten().filter_map(|item| item.at(&["name"])) {
            let Some(text) = name.as_str() else { continue };
            match seen.get(text) {
                Some(first) => out.extend(finding(place, text, name.origin, *first, "the first one")),
                None => _ = seen.insert(text, name.origin),
            }
        }
    }
    let keys = |key: &str| place.map.get(key).and_then(Doc::as_map).into_iter().flat_map(Map::iter);
    for (key, value) in keys("envValueFrom") {
        if let Some((_, other)) = keys("env").find(|(other, _)| other.text == key.text) {
            out.extend(finding(place, &key.text, value.origin, other.origin, "the value"));
        }
    }
}

fn finding(place: &Place<'_>, name: &str, here: OriginId, there: OriginId, what: &str) -> Option<Diagnostic> {
    let mut problem = place.finding(&RULE, here, format!("variable `{name}` is written twice"))?;
    if let Some(there) = place.document.line(there) {
        problem = problem.related(there, what);
    }
    Some(problem.why("one of the two wins without a word, or the server refuses the workload").help("remove one"))
}
