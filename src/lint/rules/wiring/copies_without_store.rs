//! Copies that share no store.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, ComponentId};
use crate::source::{Origin, Span};
use crate::spec::FlowKind;
use crate::yaml::{Field, Node, NodeKind};

rule! {
    /// Copies of a component have no store that they share.
    ///
    /// ## What it does
    ///
    /// Looks at components that have copies only together with a store, by their facts (`copiesNeed: [objects]`), such as Loki
    /// and Mimir: they have `replicas` above one, in the field or in `values:`, and neither the flow nor settings of a store
    /// in `values:`.
    ///
    /// ## Why it matters
    ///
    /// Without the store dvgen runs them once, whatever the field says. Where `values:` ask for copies all the same, each
    /// keeps what it got for itself: a query finds a part of it, now this and now that.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   loki: { version: 18.11.0, replicas: 3 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   loki: { version: 18.11.0, replicas: 3 }
    /// flows:
    ///   - objects: { from: loki, to: minio, name: loki }
    /// ```
    ///
    /// ## Source
    ///
    /// Grafana Loki, Deployment modes ("Monolithic mode").
    pub(super) static RULE = Kind::new("copies-without-store", "DV1450"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let opened: BTreeSet<(ComponentId, FlowKind)> =
        subject.platform.flows.iter().map(|flow| (flow.from.component, flow.kind)).collect();
    for (at, component) in subject.platform.components.iter().enumerate() {
        let needs = component.variant.facts.copies_need.value().into_iter().flatten().filter_map(Field::value);
        for kind in needs.filter(|kind| !opened.contains(&(ComponentId(at), **kind))) {
            let charted = component.chart.is_some() && component.is_installed();
            if !charted || component.values.as_deref().is_some_and(speaks) {
                continue;
            }
            let own =
                subject.facts.get(at).and_then(|facts| facts.apart.iter().find(|all| all.storage && all.count > 1));
            let by_field = written(subject, component).map(|(copies, span)| (i64::from(copies), span, true));
            let own = own.map(|copies| (copies.count, copies.span, false));
            let Some((copies, span, field)) = by_field.or(own) else { continue };
            let (name, kind) = (&component.name.value, kind.word());
            let message = format!("`{name}` has {copies} copies and no `{kind}` flow: they share no store");
            let why = if field {
                "it runs once all the same, on one volume; the field has no effect"
            } else {
                "each copy keeps what it got for itself, and a query finds a part of it"
            };
            let help = format!("add a flow: `{kind}: {{ from: {name}, to: <store>, name: {name} }}`");
            out.push(RULE.at(span, message).why(why).help(help).help("or have one copy").about(name));
        }
    }
}

/// Returns the number of copies that somebody wrote into the field.
fn written(subject: &Subject<'_>, component: &Component) -> Option<(u16, Span)> {
    let copies = component.replicas.as_ref().filter(|copies| copies.value > 1)?;
    match subject.platform.origins.get(copies.origin) {
        Origin::Written { span, .. } => Some((copies.value, span)),
        _ => None,
    }
}

/// Returns whether values speak of a store.
fn speaks(node: &Node) -> bool {
    const STORES: [&str; 7] = ["azure", "bucket", "gcs", "minio", "s3", "swift", "object_store"];
    let NodeKind::Mapping(map) = &node.kind else {
        return match &node.kind {
            NodeKind::Sequence(items) => items.iter().any(speaks),
            _ => node.as_scalar().is_some_and(|text| matches!(&**text, "azure" | "gcs" | "s3" | "swift")),
        };
    };
    map.entries.iter().any(|entry| {
        let key = entry.key.text.to_ascii_lowercase();
        STORES.iter().any(|store| key.contains(store)) || speaks(&entry.value)
    })
}
