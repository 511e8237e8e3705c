//! Webhooks that nobody answers.

use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::doc::{Doc, Value};
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

use super::target::{COMPARED, mentions};

rule! {
    /// The API server is told to ask a Service that does not exist.
    ///
    /// ## What it does
    ///
    /// Looks at the Services of webhooks (ValidatingWebhookConfiguration, MutatingWebhookConfiguration, the conversion of a
    /// CustomResourceDefinition) and of APIServices in manifests. A chart that may make the Service is given the benefit of the
    /// doubt.
    ///
    /// ## Why it matters
    ///
    /// Until somebody removes the webhook, the API server refuses every object that it is asked about: nothing can be
    /// deployed, not even what would repair it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ValidatingWebhookConfiguration
    /// webhooks:
    ///   - clientConfig: { service: { name: polices, namespace: policies } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ValidatingWebhookConfiguration
    /// webhooks:
    ///   - clientConfig: { service: { name: policies, namespace: policies } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Dynamic Admission Control ("failurePolicy").
    pub(super) static RULE = Kind::new("dangling-webhook", "DV1451"), Wiring, Error, fix: Unsafe, Check::Platform(check);
}

const KINDS: [&str; 4] =
    ["APIService", "CustomResourceDefinition", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, object) in KINDS.into_iter().flat_map(|kind| subject.objects_of(kind)) {
        let Some(facts) = subject.facts.get(at) else { continue };
        for service in services(object) {
            out.extend(judge(subject, facts, service).map(|problem| subject.about(facts, problem)));
        }
    }
}

/// Returns the Services that an object names.
fn services(object: &ObjectFact) -> Vec<&Doc> {
    let webhooks = object.doc.at(&["webhooks"]).and_then(Doc::as_list).into_iter().flatten();
    let mut all: Vec<&Doc> = webhooks.filter_map(|hook| hook.at(&["clientConfig", "service"])).collect();
    let own: &[&str] = match &*object.kind {
        "APIService" => &["spec", "service"],
        _ => &["spec", "conversion", "webhook", "clientConfig", "service"],
    };
    all.extend(object.doc.at(own).filter(|service| service.as_map().is_some()));
    all
}

fn judge(subject: &Subject<'_>, facts: &ComponentFacts, service: &Doc) -> Option<Diagnostic> {
    const WHY: &str = "the API server refuses what it cannot ask about, and nothing of the kind can be deployed";
    let (name, namespace) = (service.at(&["name"])?, service.at(&["namespace"])?);
    let (wanted, space) = (name.as_str()?, namespace.as_str()?);
    let known = subject.known_services();
    if !known.has(space) {
        let near = nearest(space, known.homes(wanted).iter().copied().take(COMPARED))?;
        let message = format!("no component of the platform lives in namespace `{space}`");
        let place = facts.line(namespace.origin)?;
        let problem = RULE.at(place, message).why(WHY).help(format!("did you mean `{near}`?"));
        return Some(problem.fix(false, format!("change to `{near}`"), place, near));
    }
    let Some(there) = known.get(space, wanted) else {
        if known.may_be(space, wanted) || mentions(subject, space, wanted) {
            return None;
        }
        let message = format!("there is no Service `{wanted}` in namespace `{space}`");
        let near = did_you_mean(wanted, known.names(space).take(COMPARED));
        let help = near.unwrap_or_else(|| "add the Service, or name one that is there".to_owned());
        let place = facts.line(name.origin)?;
        let problem = RULE.at(place, message).why(WHY).help(help);
        return Some(match nearest(wanted, known.names(space).take(COMPARED)) {
            Some(near) => problem.fix(false, format!("change to `{near}`"), place, near),
            None => problem,
        });
    };
    // Without a port it is that of HTTPS.
    let port = service.at(&["port"]);
    let number = port.map_or(Some(443), |port| match port.value {
        Value::Int(number) => u16::try_from(number).ok(),
        _ => None,
    })?;
    if !there.closed || there.ports.contains(&number) {
        return None;
    }
    let message = format!("Service `{wanted}` of `{space}` has no port {number}");
    let ports = there.ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let problem = RULE.at(facts.line(port.unwrap_or(name).origin)?, message).why(WHY);
    let problem = problem.help(format!("it has {ports}"));
    Some(there.span.into_iter().fold(problem, |problem, place| problem.related(place, "the Service")))
}
