//! Objects of a cluster against the tables of kinds.

use super::rename::Misspelt;
use super::rules::supply::kubernetes::version;
use crate::diag::{Diagnostic, Severity};
use crate::doc::{Doc, Outlined};
use crate::library::kinds::{Flaw, KindTables, Sound};
use crate::source::{Origin, Origins};

/// Judges an object: its version, fields and types. What a template made is reported at the template's line, what a
/// person wrote at theirs.
pub fn object(
    (tables, sound): (&KindTables, &mut Sound),
    outlined: Outlined<'_>,
    origins: &Origins,
    kubernetes: Option<&str>,
    out: &mut Vec<Diagnostic>,
) {
    let object = outlined.doc;
    for fault in tables.judge_once(outlined, sound) {
        let Some(span) = origins.place(fault.origin) else { continue };
        let mut problem = fault.diagnostic(span);
        if let (Flaw::Version { .. }, Some(cluster)) = (&fault.flaw, kubernetes)
            && let Some(minor) = still_served(object, cluster)
        {
            problem.severity = Severity::Warning;
            problem.message = format!("{} is not served any more from Kubernetes 1.{minor} on", fault.object);
            problem.why = Some(format!("{cluster} serves it, and the sync fails after the upgrade"));
        }
        if let Flaw::UnknownField { near: Some(near), there, .. } = &fault.flaw
            && matches!(origins.get(fault.origin), Origin::Written { what: "manifest" | "application" | "values", .. })
        {
            problem = Misspelt { near, origin: fault.origin, span, there }.repair(problem, true, origins);
        }
        if let Flaw::Twice { first, .. } = fault.flaw
            && let Some(first) = origins.place(first).filter(|first| *first != span)
        {
            problem = problem.related(first.at_start(), "the first one");
        }
        let named = origins.written_span(fault.origin).filter(|written| *written != span);
        out.push(match named {
            Some(written) => problem.related(written, "it is made from this"),
            None => problem,
        });
    }
}

/// Versions of APIs, kinds (all if empty), and the minor version of Kubernetes 1 that serves them no more (Deprecated API
/// Migration Guide).
const UNTIL: [(&str, &[&str], u64); 10] = [
    ("autoscaling/v2beta1", &[], 25),
    ("autoscaling/v2beta2", &[], 26),
    ("batch/v1beta1", &[], 25),
    ("discovery.k8s.io/v1beta1", &[], 25),
    ("flowcontrol.apiserver.k8s.io/v1beta1", &[], 26),
    ("flowcontrol.apiserver.k8s.io/v1beta2", &[], 29),
    ("flowcontrol.apiserver.k8s.io/v1beta3", &[], 32),
    ("node.k8s.io/v1beta1", &[], 25),
    ("policy/v1beta1", &[], 25),
    ("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], 27),
];

/// Returns the minor version that does without an API which the cluster still serves.
fn still_served(object: &Doc, cluster: &str) -> Option<u64> {
    let text = |key: &str| object.at(&[key]).and_then(Doc::as_str);
    let (api, kind) = (text("apiVersion")?, text("kind")?);
    let fits = |kinds: &[&str]| kinds.is_empty() || kinds.contains(&kind);
    let (.., minor) = UNTIL.iter().find(|(known, kinds, _)| *known == api && fits(kinds))?;
    let cluster = version(cluster)?;
    (cluster.major == 1 && cluster.minor < *minor).then_some(*minor)
}
