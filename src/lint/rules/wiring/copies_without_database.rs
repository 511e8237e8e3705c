//! Copies that share nothing.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::ComponentId;
use crate::source::Span;
use crate::spec::FlowKind;
use crate::yaml::{Node, NodeKind};

rule! {
    /// Copies of a component keep their state each for themselves.
    ///
    /// ## What it does
    ///
    /// Looks at components that keep their own state in a database, by their facts (`single: [database]`), run in several copies,
    /// and have neither a `database` flow nor settings of a database in `values:`.
    ///
    /// ## Why it matters
    ///
    /// Each copy has users, folders and alerts of its own, and the load balancer shows now one, now the other.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   grafana: { version: 12.11.1, replicas: 2 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   grafana: { version: 12.11.1, replicas: 2 }
    /// flows:
    ///   - database: { from: grafana, to: postgresql, name: grafana }
    /// ```
    ///
    /// ## Source
    ///
    /// Grafana, Set up Grafana for high availability.
    pub(super) static RULE = Kind::new("copies-without-database", "DV1409"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let flows = subject.platform.flows.iter().filter(|flow| flow.kind == FlowKind::Database);
    let served: BTreeSet<ComponentId> = flows.map(|flow| flow.from.component).collect();
    for (at, component) in subject.platform.components.iter().enumerate() {
        let facts = &component.variant.facts;
        let keeps = facts.single.value().into_iter().flatten().any(|kind| kind.value() == Some(&FlowKind::Database));
        if !keeps || served.contains(&ComponentId(at)) || component.chart.is_none() {
            continue;
        }
        // Copies that cannot even start are reported as that (`read-write-once-with-copies`).
        if subject.facts.get(at).is_some_and(|facts| !facts.sharing.is_empty()) {
            continue;
        }
        let values = component.values.as_deref();
        let Some((span, copies)) = values.and_then(replicas).or_else(|| {
            let copies = component.replicas.as_ref()?;
            Some((subject.platform.origins.written_span(copies.origin)?, u64::from(copies.value)))
        }) else {
            continue;
        };
        if copies < 2 || values.is_some_and(has_database) {
            continue;
        }
        let name = &component.name.value;
        out.push(
            RULE.at(span, format!("`{name}` runs in {copies} copies without a database that they share"))
                .why("each copy has users and settings of its own, and people see now one, now the other")
                .help(format!("add a flow: `database: {{ from: {name}, to: <database>, name: {name} }}`"))
                .about(name),
        );
    }
}

/// Returns the number of copies in values, and its line.
fn replicas(values: &Node) -> Option<(Span, u64)> {
    let NodeKind::Mapping(map) = &values.kind else { return None };
    let entry = map.entries.iter().find(|entry| matches!(&*entry.key.text, "replicas" | "replicaCount"))?;
    Some((entry.value.span, entry.value.as_scalar()?.parse().ok()?))
}

/// Returns whether values speak of a database: by a key, a section, or a variable.
fn has_database(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().any(has_database),
        NodeKind::Mapping(map) => map.entries.iter().any(|entry| {
            let key = entry.key.text.to_ascii_lowercase();
            // At the top it is no key of the chart, and judged as such.
            key.contains("_database_") || key == "envfromsecret" || key == "envfromsecrets" || {
                let nested = matches!(&entry.value.kind, NodeKind::Mapping(map) if key.contains(".ini")
                    && map.entries.iter().any(|entry| &*entry.key.text == "database"));
                nested || has_database(&entry.value)
            }
        }),
        NodeKind::Scalar { .. } => {
            node.as_scalar().is_some_and(|text| text.to_ascii_lowercase().contains("_database_"))
        }
    }
}
