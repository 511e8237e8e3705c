//! Dashboards of datasources that are not there.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::lint::facts::is_special;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A dashboard asks a datasource that Grafana does not have.
    ///
    /// ## What it does
    ///
    /// Looks at the datasources in the dashboards of ConfigMaps and `values:` (keys that end in `.json`, or `json`), and compares
    /// each `uid` with those of the datasources that flows and `values:` give Grafana. A name is reported only if it is nearly
    /// one of theirs.
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
    let all = || subject.facts.iter().flat_map(|facts| &facts.datasources);
    let uids: BTreeSet<&str> = all().filter_map(|source| Some(&*source.uid.as_ref()?.0)).collect();
    let names: BTreeSet<&str> = all().filter_map(|source| Some(&*source.name.as_ref()?.0)).collect();
    if uids.is_empty() {
        return;
    }
    for facts in subject.facts {
        let mut seen = BTreeSet::new();
        for asked in facts.asked.iter().filter(|asked| !is_special(&asked.id)) {
            let known = uids.contains(&*asked.id) || names.contains(&*asked.id);
            let candidates = if asked.by_name { &names } else { &uids };
            // A name may be that of a variable.
            let near = || nearest(&asked.id, candidates.iter().copied()).is_some();
            if known || asked.by_name && !near() || !seen.insert((&asked.dashboard, &asked.id)) {
                continue;
            }
            let shown: Vec<String> = candidates.iter().map(|uid| format!("`{uid}`")).collect();
            let hint = did_you_mean(&asked.id, candidates.iter().copied());
            let (dashboard, id) = (&asked.dashboard, &asked.id);
            let message = format!("dashboard `{dashboard}` asks datasource `{id}`, which Grafana does not have");
            let problem = RULE
                .at(asked.span, message)
                .why("its panels show \"datasource not found\"")
                .help(hint.unwrap_or_else(|| format!("the datasources are {}", shown.join(", "))));
            out.push(subject.about(facts, problem));
        }
    }
}
