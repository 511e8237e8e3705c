//! Volumes of one node that several copies share.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Several copies of a Deployment share a volume that one node can mount.
    ///
    /// ## What it does
    ///
    /// Looks at Deployments of manifests with more than one copy and a claim whose access modes are `ReadWriteOnce` or
    /// `ReadWriteOncePod`, and at charts whose facts tell that all copies mount one volume (`shared`).
    ///
    /// ## Why it matters
    ///
    /// All copies use one claim. On a second node the volume cannot be mounted, and the copy waits for ever; on one node two
    /// processes write the same files.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Deployment
    /// spec:
    ///   replicas: 2
    ///   template: { spec: { volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }] } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: StatefulSet
    /// spec:
    ///   replicas: 2
    ///   volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce] } }]
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Persistent Volumes", access modes.
    pub(super) static RULE =
        Kind::new("read-write-once-with-copies", "DV1115"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for facts in subject.facts {
        let Some(component) = subject.component_of(facts).filter(|_| !facts.sharing.is_empty()) else { continue };
        for sharing in &facts.sharing {
            let (count, name) = (sharing.count, &component.name.value);
            let mut problem = RULE
                .at(sharing.span, format!("{count} copies of `{name}` share one volume"))
                .why("one node at a time can mount it: a copy on another node waits for ever");
            let because = sharing.because.filter(|because| *because != sharing.span);
            problem = because.into_iter().fold(problem, |problem, line| problem.related(line, "the volume is here"));
            let modes =
                format!("or set `{}.accessModes` in its `values` where the class has `ReadWriteMany`", sharing.volume);
            out.push(
                problem
                    .help("have one copy, or keep its state elsewhere, such as in a database")
                    .help(modes)
                    .about(name),
            );
        }
    }
    for (at, object) in subject.objects_of("Deployment") {
        let Some(count) = object.doc.at(&["spec", "replicas"]) else { continue };
        if !matches!(count.value, Value::Int(2..)) {
            continue;
        }
        let volumes = object.doc.at(&["spec", "template", "spec", "volumes"]).and_then(Doc::as_list);
        for volume in volumes.into_iter().flatten() {
            let Some(name) = volume.at(&["persistentVolumeClaim", "claimName"]) else { continue };
            let namespace = object.namespace.as_deref().unwrap_or("");
            let claims = subject.objects("PersistentVolumeClaim", namespace, name.as_str().unwrap_or(""));
            if let Some((of, claim)) = claims.into_iter().find(|(_, claim)| is_for_one(claim)) {
                out.extend(finding(subject, (at, object), count, (of, claim)));
            }
        }
    }
}

fn is_for_one(claim: &ObjectFact) -> bool {
    let modes = claim.doc.at(&["spec", "accessModes"]).and_then(Doc::as_list);
    modes.is_some_and(|modes| {
        let one = |mode: &Doc| matches!(mode.as_str(), Some("ReadWriteOnce" | "ReadWriteOncePod"));
        !modes.is_empty() && modes.iter().all(one)
    })
}

fn finding(
    subject: &Subject<'_>,
    (at, object): (usize, &ObjectFact),
    count: &Doc,
    (of, claim): (usize, &ObjectFact),
) -> Option<Diagnostic> {
    let span = subject.facts.get(at)?.line(count.origin)?;
    let Value::Int(number) = count.value else { return None };
    let message = format!("{number} copies of Deployment `{}` share claim `{}`", object.name, claim.name);
    let mut problem =
        RULE.at(span, message).why("one node at a time can mount it: a copy on another node waits for ever");
    if let Some(line) = subject.facts.get(of)?.line_at(claim, &[&["spec", "accessModes"]]) {
        problem = problem.related(line, "the claim is for one node");
    }
    let problem = problem.help("have one copy, a StatefulSet with claims of its own, or a volume with `ReadWriteMany`");
    Some(subject.component(at).into_iter().fold(problem, |problem, one| problem.about(&one.name.value)))
}
