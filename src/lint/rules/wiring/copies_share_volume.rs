//! Volumes that several copies share.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;

rule! {
    /// Copies of a workload share a volume that one node can mount.
    ///
    /// ## What it does
    ///
    /// Looks at Deployments with several copies and a claim whose only access mode is `ReadWriteOnce`, in manifests, and at
    /// `persistence` beside the number of copies in the values of a chart that makes Deployments only.
    ///
    /// ## Why it matters
    ///
    /// The first copy gets the volume; one on another node waits for ever, and an update of the Deployment with it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// grafana:
    ///   values:
    ///     replicas: 2
    ///     persistence: { enabled: true }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// grafana:
    ///   replicas: 2
    /// flows:
    ///   - database: { from: grafana, to: postgresql, name: grafana }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Persistent Volumes, access modes.
    pub(super) static RULE = Kind::new("copies-share-volume", "DV1414"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for facts in subject.facts {
        for (here, copies) in &facts.shared {
            let problem = finding(*here, "the chart keeps one volume for all copies".to_owned(), *copies);
            out.push(subject.about(facts, problem));
        }
    }
    for (at, workload) in subject.objects_of("Deployment") {
        let (Some(facts), Some(namespace)) = (subject.facts.get(at), workload.namespace.as_deref()) else { continue };
        let Some(copies) = workload.doc.at(&["spec", "replicas"]) else { continue };
        if !matches!(copies.value, Value::Int(count) if count > 1) {
            continue;
        }
        let volumes = workload.doc.at(&["spec", "template", "spec", "volumes"]).and_then(Doc::as_list);
        for claim in volumes.into_iter().flatten().filter_map(|it| it.at(&["persistentVolumeClaim", "claimName"])) {
            let Some(name) = claim.as_str() else { continue };
            let claims = subject.objects("PersistentVolumeClaim", namespace, name);
            let modes = claims.first().and_then(|(_, it)| it.doc.at(&["spec", "accessModes"])).and_then(Doc::as_list);
            let once = |mode: &Doc| matches!(mode.as_str(), Some("ReadWriteOnce" | "ReadWriteOncePod"));
            if !modes.is_some_and(|modes| !modes.is_empty() && modes.iter().all(once)) {
                continue;
            }
            let Some(span) = facts.line(claim.origin) else { continue };
            let message = format!("all copies of `{}` mount claim `{name}`, which one node can mount", workload.name);
            out.push(subject.about(facts, finding(span, message, facts.line(copies.origin))));
        }
    }
}

fn finding(span: Span, message: String, copies: Option<Span>) -> Diagnostic {
    let problem = RULE
        .at(span, message)
        .why("a copy on another node waits for the volume for ever, and so does an update")
        .help("run one copy, use a StatefulSet with a claim for each, or keep the state elsewhere");
    copies.into_iter().fold(problem, |problem, span| problem.related(span, "several copies"))
}
