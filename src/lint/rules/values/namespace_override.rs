//! Charts that put their objects into another namespace than that of their component.

use crate::diag::{Diagnostic, Kind};
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// A value puts the objects of a chart into another namespace than that of its component.
    ///
    /// ## What it does
    ///
    /// Looks for `namespaceOverride` and `forceNamespace` in Helm values, and compares them with the namespace of the component.
    ///
    /// ## Why it matters
    ///
    /// The namespace that is created, the destinations of the project, the addresses of Services, Secrets and network policies
    /// all follow from the namespace of the component. The objects would be somewhere else.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   kube-prometheus-stack: { values: { namespaceOverride: observability } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   kube-prometheus-stack: { namespace: observability }
    /// ```
    ///
    /// ## Source
    ///
    /// Helm, "The Chart Best Practices Guide"; Argo CD, "Projects".
    pub(super) static RULE = Kind::new("namespace-override", "DV1550"), Values, Warn, fix: None, Check::Map(|key| KEYS.contains(&key), check);
}

/// The keys by which charts put objects into another namespace.
const KEYS: [&str; 2] = ["namespaceOverride", "forceNamespace"];

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let Some(component) = place.document.component.filter(|_| !place.document.is_object()) else { return };
    let namespace = &component.namespace.value;
    for key in KEYS {
        let Some(value) = place.map.get(key) else { continue };
        let Some(other) = value.as_str().filter(|other| !other.is_empty() && *other != &**namespace) else { continue };
        // What is a template of Go is known to the chart alone.
        if other.contains("{{") || !place.document.is_written(value.origin) {
            continue;
        }
        let message = format!(
            "`{key}` puts objects of `{}` into `{other}`, and its namespace is `{namespace}`",
            component.name.value
        );
        let problem = place.finding(&RULE, value.origin, message).map(|problem| {
            problem
                .why("namespace, project, addresses and Secrets follow from the namespace of the component, and would miss them")
                .help(format!("remove it, and write `namespace: {other}` in the component"))
        });
        out.extend(problem);
    }
}
