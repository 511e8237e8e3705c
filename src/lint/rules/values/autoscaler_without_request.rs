//! Autoscalers that count in parts of what nobody asks for.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An autoscaler follows a resource that the pods do not ask for.
    ///
    /// ## What it does
    ///
    /// Follows each HorizontalPodAutoscaler with a target in percent to the pods that it scales, where these are among the
    /// manifests, and looks for `requests` of that resource in each container.
    ///
    /// ## Why it matters
    ///
    /// The percentage is one of what is asked for. Without it there is nothing to count: the autoscaler reports an error and
    /// never changes the number of copies, under whatever load.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// workload: { image: module-a, autoscale: { min: 2, max: 10, cpu: 70 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// workload:
    ///   image: module-a
    ///   resources: { requests: { cpu: 100m } }
    ///   autoscale: { min: 2, max: 10, cpu: 70 }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Horizontal Pod Autoscaling", algorithm details.
    pub(super) static RULE = Kind::new("autoscaler-without-request", "DV1530"), Values, Error, fix: None,
        Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, scaler) in subject.objects_of("HorizontalPodAutoscaler") {
        let target = |field: &str| scaler.doc.at(&["spec", "scaleTargetRef", field]).and_then(Doc::as_str);
        let (Some(kind), Some(name)) = (target("kind"), target("name")) else { continue };
        let namespace = scaler.namespace.as_deref().unwrap_or_default();
        let Some((_, workload)) = subject.objects(kind, namespace, name).into_iter().next() else { continue };
        for metric in scaler.doc.at(&["spec", "metrics"]).and_then(Doc::as_list).into_iter().flatten() {
            let Some(amount) = metric.at(&["resource", "target", "averageUtilization"]) else { continue };
            let Some(resource) = metric.at(&["resource", "name"]).and_then(Doc::as_str) else { continue };
            let Some(container) = without_request(workload, resource) else { continue };
            let Some(span) = subject.facts.get(at).and_then(|facts| facts.line(amount.origin)) else { continue };
            let shown = if let Value::Int(percent) = amount.value { percent.to_string() } else { "a part".to_owned() };
            let message = format!("nothing is {shown} % of the {resource} that `{name}` asks for: it asks for none");
            let problem = RULE
                .at(span, message)
                .why(format!(
                    "container `{container}` has no request of {resource}, so the autoscaler has nothing to count in"
                ))
                .help(format!("write `resources: {{ requests: {{ {resource}: … }} }}` for it"));
            out.push(subject.component(at).into_iter().fold(problem, |problem, one| problem.about(&one.name.value)));
        }
    }
}

/// Returns the first container that asks for none of a resource. A limit counts as a request where none is written.
fn without_request<'a>(workload: &'a ObjectFact, resource: &str) -> Option<&'a str> {
    let containers = workload.doc.at(&["spec", "template", "spec", "containers"]).and_then(Doc::as_list)?;
    let asks = |container: &Doc| {
        ["requests", "limits"].iter().any(|field| container.at(&["resources", field, resource]).is_some())
    };
    let container = containers.iter().find(|container| !asks(container))?;
    container.at(&["name"]).and_then(Doc::as_str)
}
