//! A variable with a value and a source.

use crate::diag::{Diagnostic, Kind, Severity};
use crate::doc::{Doc, Value};
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// A variable has both a value and a source of one.
    ///
    /// ## What it does
    ///
    /// Looks at variables of containers in Helm values and manifests that have `value` and `valueFrom`. An
    /// empty `value` is a warning: the server lets it pass.
    ///
    /// ## Why it matters
    ///
    /// The server refuses the workload, often after a line was inserted between a variable and its value: another variable
    /// has lost its own.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// - name: GF_UNIFIED_ALERTING_HA_PEERS
    /// - name: CLIENT_SECRET
    ///   valueFrom: { secretKeyRef: { name: grafana-auth, key: secret } }
    ///   value: grafana-headless:9094
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// - name: GF_UNIFIED_ALERTING_HA_PEERS
    ///   value: grafana-headless:9094
    /// - name: CLIENT_SECRET
    ///   valueFrom: { secretKeyRef: { name: grafana-auth, key: secret } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes API, `EnvVar`.
    pub(super) static RULE = Kind::new("env-value-and-source", "DV1501"), Values, Error, fix: None, Check::Map(|key| key == "valueFrom", check),
        softer: "where the value is empty";
}

/// What a source of a value can be.
const SOURCES: [&str; 5] = ["secretKeyRef", "configMapKeyRef", "fieldRef", "resourceFieldRef", "fileKeyRef"];

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let Some(source) = place.map.get("valueFrom") else { return };
    let Some(value) = place.map.get("value").filter(|value| !matches!(value.value, Value::Null)) else { return };
    if !source.as_map().is_some_and(|map| SOURCES.iter().any(|key| map.get(key).is_some())) {
        return;
    }
    let name = place.map.get("name").and_then(Doc::as_str);
    let name = name.or_else(|| place.keys.last().copied()).unwrap_or("variable");
    if value.as_str() == Some("") {
        out.extend(empty(place, name, value));
        return;
    }
    let Some(problem) = place.finding(&RULE, value.origin, format!("`{name}` has both `value` and `valueFrom`")) else {
        return;
    };
    let problem = match place.document.line(source.origin) {
        Some(there) => problem.related(there, "where it comes from as well"),
        None => problem,
    };
    out.push(
        problem
            .why("the server refuses the whole workload")
            .help("keep one; if the value belongs to the variable before it, move it there"),
    );
}

/// An empty value is the only one that the server lets pass beside a source.
fn empty(place: &Place<'_>, name: &str, value: &Doc) -> Option<Diagnostic> {
    // Charts may have both as the blanks of a form.
    if !place.document.is_written(value.origin) {
        return None;
    }
    let mut problem = place.finding(&RULE, value.origin, format!("the empty `value` of `{name}` is not used"))?;
    problem.severity = Severity::Warning;
    Some(
        problem
            .why("the variable gets what `valueFrom` names, and whoever reads the line may think otherwise")
            .help("remove `value`; or remove `valueFrom`, if the variable is to be empty"),
    )
}
