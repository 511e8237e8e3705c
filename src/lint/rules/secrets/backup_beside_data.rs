//! Backups that are lost with what they are of.

use crate::diag::{Diagnostic, Kind};
use crate::lint::hosts::{cluster_name, find};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::spec::{FlowKind, InstalledBy};

rule! {
    /// Backups are kept in the cluster that they are of.
    ///
    /// ## What it does
    ///
    /// Looks at `backup` flows and at objects that say where backups go (a Cluster or ObjectStore of CloudNativePG, a
    /// BackupStorageLocation of Velero), and at whether that is a component of the same cluster. Copies elsewhere, such as
    /// replication of the object store, are not seen: so it is off unless a platform asks for it,
    /// as the pack `recommended` does.
    ///
    /// ## Why it matters
    ///
    /// What destroys the cluster, its disks or its storage class destroys the backup with the data.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Cluster
    /// spec: { backup: { barmanObjectStore: { endpointURL: "http://minio.storage.svc:9000" } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Cluster
    /// spec: { backup: { barmanObjectStore: { endpointURL: "https://s3.backup.example.org" } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Reddit, "You Broke Reddit: The Pi-Day Outage"; Velero, Backup Storage Locations.
    pub(super) static RULE =
        Kind::new("backup-beside-data", "DV1632"), Secrets, Off, fix: None, Check::Platform(check);
}

/// Kinds of objects that say where backups go, and where in them.
const PLACES: [(&str, &[&str]); 3] = [
    ("Cluster", &["spec", "backup", "barmanObjectStore", "endpointURL"]),
    ("ObjectStore", &["spec", "configuration", "endpointURL"]),
    ("BackupStorageLocation", &["spec", "config", "s3Url"]),
];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    for flow in platform.flows.iter().filter(|flow| flow.kind == FlowKind::Backup) {
        let component = |id: usize| platform.components.get(id);
        let (Some(from), Some(to)) = (component(flow.from.component.0), component(flow.to.component.0)) else {
            continue;
        };
        if let Some(span) = subject.line(flow.origin).filter(|_| is_here(to)) {
            let problem = RULE.at(span, message(&from.name.value, &to.name.value)).about(&from.name.value);
            out.push(finished(subject, problem, to));
        }
    }
    for (kind, path) in PLACES {
        for (at, object) in subject.objects_of(kind) {
            let Some(facts) = subject.facts.get(at) else { continue };
            let Some(place) = object.doc.at(path) else { continue };
            let Some(to) = place.as_str().and_then(|text| target(subject, object.namespace.as_deref(), text)) else {
                continue;
            };
            if let Some(span) = facts.line(place.origin).filter(|_| is_here(to)) {
                let message = message(&format!("{kind}/{}", object.name), &to.name.value);
                out.push(finished(subject, subject.about(facts, RULE.at(span, message)), to));
            }
        }
    }
}

/// Returns whether a component keeps its data in the cluster.
fn is_here(component: &Component) -> bool {
    component.installed_by.value != InstalledBy::External
}

/// Returns the component that an address leads to.
fn target<'a>(subject: &Subject<'a>, namespace: Option<&str>, text: &str) -> Option<&'a Component> {
    let found = find(text).into_iter().next()?;
    let name = cluster_name(found.host, |namespace| subject.known_services().has(namespace))?;
    let known = subject.known_services().get(name.namespace.or(namespace)?, name.service)?;
    subject.platform.components.get(known.component?.0)
}

fn message(from: &str, to: &str) -> String {
    format!("backups of `{from}` go to `{to}`, which runs in the same cluster")
}

fn finished(subject: &Subject<'_>, problem: Diagnostic, to: &Component) -> Diagnostic {
    let problem = problem.why("what destroys the cluster or its disks destroys the backup with the data").help(
        "send them to an object store outside of the cluster, or replicate that one, and allow this with the reason",
    );
    let there = subject.line(to.name.origin);
    there.into_iter().fold(problem, |problem, there| problem.related(there, "where they are kept"))
}
