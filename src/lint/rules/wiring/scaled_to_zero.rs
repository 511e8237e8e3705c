//! Components of which no copy runs, and which others rely on.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::graph::Reason;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, ComponentId, Flow, PartId};
use crate::source::{Origin, Span};
use crate::spec::FlowKind;
use crate::yaml::Node;

rule! {
    /// No copy runs of something that others rely on.
    ///
    /// ## What it does
    ///
    /// Looks for `replicas: 0` of components and of their parts, in the field and at the top of `values:`, where a flow goes to
    /// them, they send logs, metrics or traces on, or another component `requires` them.
    ///
    /// ## Why it matters
    ///
    /// The Service is there and nobody answers: what is sent is lost, and who starts later waits for ever. Argo CD says Healthy.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   postgresql: { library: cnpg-cluster, version: 0.8.1, replicas: 0, databases: [shop] }
    /// flows:
    ///   - database: { from: shop, to: postgresql, name: shop }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   postgresql: { library: cnpg-cluster, version: 0.8.1, replicas: 1, databases: [shop] }
    /// flows:
    ///   - database: { from: shop, to: postgresql, name: shop }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Deployments ("Scaling a Deployment").
    pub(super) static RULE = Kind::new("scaled-to-zero", "DV1452"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut flows: BTreeMap<ComponentId, Vec<(&Flow, Option<PartId>)>> = BTreeMap::new();
    for flow in subject.platform.flows.iter().filter(|flow| flow.from.component != flow.to.component) {
        flows.entry(flow.to.component).or_default().push((flow, flow.to.part));
        // What collects and passes on is relied on by both ends.
        if matches!(flow.kind, FlowKind::Logs | FlowKind::RemoteWrite | FlowKind::Traces) {
            flows.entry(flow.from.component).or_default().push((flow, flow.from.part));
        }
    }
    let required = |id: ComponentId| {
        let edges = subject.graph.edges.iter().find(|edge| edge.to == id && edge.reason == Reason::Requires);
        edges.and_then(|edge| subject.line(edge.origin))
    };
    for (at, component) in subject.platform.components.iter().enumerate() {
        let id = ComponentId(at);
        let asked = flows.get(&id).map_or(&[][..], Vec::as_slice);
        for (name, part, span) in zeros(subject, component) {
            let users = asked.iter().filter(|(_, own)| part.is_none() || *own == part);
            // A flow that somebody wrote says more than one that is there by default.
            let user = match users.min_by_key(|(flow, _)| flow.span.is_none()) {
                Some((flow, _)) => flow.span.or_else(|| subject.line(flow.from.origin)),
                None => required(id).filter(|_| part.is_none()),
            };
            let Some(user) = user else { continue };
            let message = format!("no copy of `{name}` runs, and others rely on it");
            let problem = RULE
                .at(span, message)
                .related(user, "this relies on it")
                .why("its Service is there and nobody answers; Argo CD says Healthy")
                .help("have at least one copy, or remove the component and what relies on it");
            out.push(problem.about(&component.name.value));
        }
    }
}

/// Returns what has no copy: the component, or parts of it, with the line that says so.
fn zeros<'a>(subject: &Subject<'a>, component: &'a Component) -> Vec<(&'a str, Option<PartId>, Span)> {
    let mut all = Vec::new();
    let written = |origin| match subject.platform.origins.get(origin) {
        Origin::Written { span, .. } => Some(span),
        _ => None,
    };
    if let Some(copies) = component.replicas.as_ref().filter(|copies| copies.value == 0) {
        all.extend(written(copies.origin).map(|span| (&*component.name.value, None, span)));
    } else if let Some(span) = component.values.as_deref().and_then(zero).filter(|span| !subject.is_reported(*span)) {
        all.push((&*component.name.value, None, span));
    }
    for (at, part) in component.parts.iter().enumerate().filter(|(_, part)| part.enabled.value) {
        if let Some(copies) = part.replicas.as_ref().filter(|copies| copies.value == 0) {
            all.extend(written(copies.origin).map(|span| (&*part.name, Some(PartId(at)), span)));
        }
    }
    all
}

fn zero(values: &Node) -> Option<Span> {
    let copies = ["replicas", "replicaCount"].into_iter().find_map(|key| values.get(key))?;
    copies.as_scalar().is_some_and(|text| &**text == "0").then_some(copies.span)
}
