//! Pods that promise not to run as root, and are to run as root.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};
use crate::source::OriginId;

rule! {
    /// A container that must not run as root is to run as user 0.
    ///
    /// ## What it does
    ///
    /// Looks at `runAsUser: 0` where `runAsNonRoot: true` holds: in the same security context, or in that of the pod for a
    /// container that says nothing else. For a `workload` the second one holds unless `security` has `root: true`.
    ///
    /// ## Why it matters
    ///
    /// The kubelet keeps the promise: it refuses to start the container (`CreateContainerConfigError`), in every copy, for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// workload: { image: exporter, security: { user: 0 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// workload: { image: exporter, security: { user: 0, root: true } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Configure a Security Context for a Pod or Container".
    pub(super) static RULE = Kind::new("non-root-as-root", "DV1513"), Values, Error, fix: None,
        Check::Map(|key| key == "runAsNonRoot" || key == "containers", check);
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let map = place.map;
    if let (Some(promise), Some(user)) =
        (map.get("runAsNonRoot").and_then(promised), map.get("runAsUser").and_then(root))
    {
        out.extend(finding(place, user, promise));
    }
    let Some(promise) = map.get("securityContext").and_then(|pod| promised(pod.at(&["runAsNonRoot"])?)) else { return };
    for key in ["initContainers", "containers"] {
        for container in map.get(key).and_then(Doc::as_list).into_iter().flatten() {
            let Some(own) = container.at(&["securityContext"]) else { continue };
            // What a container says itself is judged with it.
            if own.at(&["runAsNonRoot"]).is_some_and(|own| !matches!(own.value, Value::Null)) {
                continue;
            }
            let user = own.at(&["runAsUser"]).and_then(root);
            out.extend(user.and_then(|user| finding(place, user, promise)));
        }
    }
}

fn promised(doc: &Doc) -> Option<OriginId> {
    matches!(doc.value, Value::Bool(true)).then_some(doc.origin)
}

fn root(doc: &Doc) -> Option<OriginId> {
    matches!(doc.value, Value::Int(0)).then_some(doc.origin)
}

fn finding(place: &Place<'_>, user: OriginId, promise: OriginId) -> Option<Diagnostic> {
    let mut problem = place.finding(&RULE, user, "user 0 is root, and this container must not run as root")?;
    if let Some(there) = place.document.line(promise).filter(|_| place.document.is_written(promise)) {
        problem = problem.related(there, "it must not");
    }
    let problem = problem.why("the kubelet refuses to start it: `runAsNonRoot` is `true`");
    Some(
        problem
            .help("take the number of another user")
            .help("or let it be root: `root: true` in the `security` of a workload, else `runAsNonRoot: false`"),
    )
}
