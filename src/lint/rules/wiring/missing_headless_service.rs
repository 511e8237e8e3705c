//! A `StatefulSet` whose own Service does not exist.

use crate::diag::{Diagnostic, Kind, nearest};
use crate::doc::Doc;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A StatefulSet names a Service that does not exist.
    ///
    /// ## What it does
    ///
    /// Looks at `serviceName` of the StatefulSets of manifests. What a chart or an operator of the namespace may make is
    /// given the benefit of the doubt.
    ///
    /// ## Why it matters
    ///
    /// The pods run, but have no names in the DNS: `db-0.db` is not found, and the members of a cluster do not find each
    /// other.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: StatefulSet
    /// metadata: { name: db }
    /// spec: { serviceName: db-headless }         # there is only the Service `db`
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: StatefulSet
    /// metadata: { name: db }
    /// spec: { serviceName: db }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, StatefulSets, stable network ID.
    pub(super) static RULE =
        Kind::new("missing-headless-service", "DV1430"), Wiring, Warn, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let services = || subject.known_services();
    for (at, set) in subject.objects_of("StatefulSet") {
        let (Some(facts), Some(namespace)) = (subject.facts.get(at), set.namespace.as_deref()) else { continue };
        let Some(doc) = set.doc.at(&["spec", "serviceName"]) else { continue };
        let Some(name) = doc.as_str().filter(|name| !name.is_empty()) else { continue };
        if !set.api_version.starts_with("apps/")
            || services().get(namespace, name).is_some()
            || services().has(namespace) && services().may_be(namespace, name)
        {
            continue;
        }
        let Some(span) = facts.line(doc.origin) else { continue };
        let message =
            format!("StatefulSet `{}` names Service `{name}`, which does not exist in `{namespace}`", set.name);
        let mut problem =
            RULE.at(span, message).why("its pods have no names in the DNS, and do not find each other by them");
        // The Service that selects its pods is the one that was meant.
        let labels = set.doc.at(&["spec", "template", "metadata", "labels"]).and_then(Doc::as_map);
        let selects = |service: &str| {
            let here = subject.objects("Service", namespace, service);
            here.iter().any(|(_, service)| {
                let wanted = service.doc.at(&["spec", "selector"]).and_then(Doc::as_map);
                wanted.zip(labels).is_some_and(|(wanted, labels)| {
                    !wanted.is_empty()
                        && wanted
                            .iter()
                            .all(|(key, value)| labels.get(&key.text).is_some_and(|label| label.value == value.value))
                })
            })
        };
        let meant = services().names(namespace).find(|name| selects(name));
        if let Some(meant) = meant.or_else(|| nearest(name, services().names(namespace))) {
            let there = services().get(namespace, meant).and_then(|known| known.span);
            problem = there.into_iter().fold(problem, |problem, there| problem.related(there, "is this the one?"));
            problem = problem.help(format!("did you mean `{meant}`?"));
            if (span.end - span.start) as usize == name.len() {
                problem = problem.fix(false, format!("change to `{meant}`"), span, meant);
            }
        } else {
            let help = format!("add a Service `{name}` with `clusterIP: None` that selects the pods");
            problem = problem.help(help);
        }
        out.push(subject.about(facts, problem));
    }
}
