//! Dashboards of datasources that are not there.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::doc::{Doc, Map};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A dashboard asks a datasource that Grafana does not have.
    ///
    /// ## What it does
    ///
    /// Looks at the `uid` of datasources in the dashboards of ConfigMaps (keys that end in `.json`), and compares it with those of
    /// the datasources that flows and `values:` give Grafana.
    ///
    /// ## Why it matters
    ///
    /// The panels show "datasource not found".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ConfigMap
    /// data:
    ///   web.json: |
    ///     { "panels": [{ "datasource": { "type": "prometheus", "uid": "mimri" } }] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ConfigMap
    /// data:
    ///   web.json: |
    ///     { "panels": [{ "datasource": { "type": "prometheus", "uid": "mimir" } }] }
    /// ```
    ///
    /// ## Source
    ///
    /// Grafana, Dashboard JSON model.
    pub(super) static RULE = Kind::new("unknown-datasource", "DV1411"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let known: BTreeSet<&str> = subject.facts.iter().flat_map(|facts| &facts.datasources).map(|uid| &**uid).collect();
    if known.is_empty() {
        return;
    }
    for (at, object) in subject.objects_of("ConfigMap") {
        let Some(facts) = subject.facts.get(at) else { continue };
        for (key, value) in object.doc.at(&["data"]).and_then(Doc::as_map).into_iter().flat_map(Map::iter) {
            let Some(text) = value.as_str().filter(|_| key.text.ends_with(".json")) else { continue };
            let mut seen = BTreeSet::new();
            for uid in uids(text).filter(|uid| !known.contains(uid) && !is_special(uid)) {
                let Some(span) = facts.line(value.origin).filter(|_| seen.insert(uid)) else { continue };
                let names: Vec<String> = known.iter().map(|uid| format!("`{uid}`")).collect();
                let hint = did_you_mean(uid, known.iter().copied());
                let problem = RULE
                    .at(span, format!("dashboard `{}` asks datasource `{uid}`, which Grafana does not have", key.text))
                    .why("its panels show \"datasource not found\"")
                    .help(hint.unwrap_or_else(|| format!("the datasources are {}", names.join(", "))));
                out.push(subject.about(facts, problem));
            }
        }
    }
}

/// Iterates over the values of `uid` in the objects called `datasource`.
fn uids(json: &str) -> impl Iterator<Item = &str> {
    json.split("\"datasource\"").skip(1).filter_map(|rest| {
        let object = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('{')?;
        let object = object.split('}').next()?;
        let value = object.split_once("\"uid\"")?.1.trim_start().strip_prefix(':')?.trim_start();
        value.strip_prefix('"')?.split('"').next()
    })
}

/// Returns whether a uid is one that Grafana has itself, or that is chosen in the dashboard.
fn is_special(uid: &str) -> bool {
    uid.is_empty()
        || uid.contains(['$', '{', '['])
        || uid.starts_with("-- ")
        || ["grafana", "__expr__", "-100"].contains(&uid)
}
