//! A variable without a value.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};

use super::env_twice::is_env;

rule! {
    /// A variable of a container has neither a value nor a source of one.
    ///
    /// ## What it does
    ///
    /// Looks at lists of variables in Helm values and manifests for an item that is a name and nothing else.
    ///
    /// ## Why it matters
    ///
    /// The program gets an empty text, and takes that for the setting. Mostly the value slipped to the next item.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// env:
    ///   - name: GF_UNIFIED_ALERTING_HA_PEERS
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// env:
    ///   - { name: GF_UNIFIED_ALERTING_HA_PEERS, value: "grafana-headless:9094" }
    ///   - { name: DEBUG, value: "" }             # empty on purpose
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes API, `EnvVar`.
    pub(super) static RULE = Kind::new("env-without-value", "DV1502"), Values, Warn, fix: None, Check::Map(is_env, check);
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let lists = place.map.iter().filter(|(key, _)| is_env(&key.text));
    let items: Vec<&Doc> = lists.filter_map(|(_, doc)| doc.as_list()).flatten().collect();
    for (at, item) in items.iter().enumerate() {
        let Some(map) = item.as_map().filter(|map| map.len() == 1) else { continue };
        let Some(name) = map.get("name") else { continue };
        let Some(text) = name.as_str() else { continue };
        // A neighbour with two values is reported, and has the one that is missing here.
        let two = |item: &&Doc| item.at(&["value"]).is_some() && item.at(&["valueFrom"]).is_some();
        if items.get(at + 1).is_some_and(two) {
            continue;
        }
        let problem = place.finding(&RULE, name.origin, format!("variable `{text}` has no value and no source of one"));
        out.extend(problem.map(|problem| {
            problem
                .why("the program finds an empty text there")
                .help("write `value` or `valueFrom`; if it is to be empty, write `value: \"\"`")
        }));
    }
}
