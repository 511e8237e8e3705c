//! Ingresses of a class that nobody answers for.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::doc::Doc;
use crate::lint::facts::ComponentFacts;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::source::Origin;

rule! {
    /// An Ingress has a class that no controller of the platform answers for.
    ///
    /// ## What it does
    ///
    /// Compares `ingressClassName` and the old annotation `kubernetes.io/ingress.class` of Ingresses in manifests, and the
    /// class in the ingress sections of `values:`, with the classes of the ingress controllers of the platform and the
    /// IngressClasses among its manifests. A platform without an ingress controller is left alone: the cluster may bring one.
    ///
    /// ## Why it matters
    ///
    /// Nobody answers for the host, and Argo CD waits for the address of the Ingress for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Ingress
    /// spec: { ingressClassName: traefik }     # the platform has ingress-nginx
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Ingress
    /// spec: { ingressClassName: nginx }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Ingress class.
    pub(super) static RULE = Kind::new("ingress-class-without-controller", "DV1453"), Wiring, Error, fix: Unsafe,
        Check::Platform(check);
}

const ANNOTATION: &str = "kubernetes.io/ingress.class";

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let controllers = subject.platform.components.iter().filter_map(|component| component.ingress.as_ref());
    let mut known: BTreeSet<&str> = controllers.map(|controller| &*controller.class.value).collect();
    if known.is_empty() || !subject.platform.complete {
        return;
    }
    known.extend(subject.objects_of("IngressClass").map(|(_, class)| &*class.name));
    // A chart that nobody knows may bring a controller of its own.
    let open = subject.platform.components.iter().any(may_bring);
    let mut judge = |facts: &ComponentFacts, class: &Doc, written: bool| {
        let Some(name) = class.as_str().filter(|name| written && !name.is_empty() && !name.contains(['{', '$'])) else {
            return;
        };
        let near = nearest(name, known.iter().copied());
        if known.contains(name) || open && near.is_none() {
            return;
        }
        let Some(span) = facts.line(class.origin).filter(|span| !subject.is_reported(*span)) else { return };
        let mut problem = RULE
            .at(span, format!("no ingress controller of the platform answers for class `{name}`"))
            .why("nobody answers for the host, and its Application waits for an address for ever")
            .help(did_you_mean(name, known.iter().copied()).unwrap_or_else(|| "name a class that is there".to_owned()));
        if let Some(near) = near {
            problem = problem.fix(false, format!("change to `{near}`"), span, near);
        }
        out.push(subject.about(facts, problem));
    };
    for (at, ingress) in subject.objects_of("Ingress") {
        let Some(facts) = subject.facts.get(at) else { continue };
        for path in [&["spec", "ingressClassName"][..], &["metadata", "annotations", ANNOTATION]] {
            if let Some(class) = ingress.doc.at(path) {
                judge(facts, class, facts.is_written(class.origin));
            }
        }
    }
    for (facts, block) in subject.blocks().filter(|(_, block)| block.values && is_ingress(&block.keys)) {
        for class in ["ingressClassName", "className"].into_iter().filter_map(|key| block.doc.at(&[key])) {
            let origin = facts.origins.as_ref().map(|origins| origins.get(class.origin));
            judge(facts, class, matches!(origin, Some(Origin::Written { what: "values", .. })));
        }
    }
}

fn is_ingress(keys: &str) -> bool {
    keys.rsplit('.').next().is_some_and(|last| last.to_ascii_lowercase().ends_with("ingress"))
}

/// Returns whether a chart may bring a controller that nothing tells of.
fn may_bring(component: &Component) -> bool {
    component.ingress.is_none() && component.variant.unknown && (component.chart.is_some() || !component.is_installed())
}
