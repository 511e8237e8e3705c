//! API versions that the cluster does not have yet.

use super::kubernetes::version;
use crate::diag::{Diagnostic, Kind};
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An object is of an API version that the cluster does not serve yet.
    ///
    /// ## What it does
    ///
    /// Compares the API versions of manifests with `versions.kubernetes`. Versions that no Kubernetes serves any more are
    /// reported by `unserved-version`.
    ///
    /// ## Why it matters
    ///
    /// The API server refuses the object, and the Application never syncs.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # with versions: { kubernetes: 1.29.2 }
    /// apiVersion: admissionregistration.k8s.io/v1
    /// kind: ValidatingAdmissionPolicy
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// # with versions: { kubernetes: 1.32.0 }
    /// apiVersion: admissionregistration.k8s.io/v1
    /// kind: ValidatingAdmissionPolicy
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, release notes and Deprecated API Migration Guide.
    pub(super) static RULE = Kind::new("api-newer-than-kubernetes", "DV1701"), Supply, Error, fix: None,
        Check::Platform(check);
}

/// Group and version, kinds (all if empty), and the minor version of Kubernetes 1 that serves it first.
const SINCE: [(&str, &[&str], u64); 15] = [
    ("admissionregistration.k8s.io/v1", &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"], 30),
    ("autoscaling/v2", &[], 23),
    ("batch/v1", &["CronJob"], 21),
    ("certificates.k8s.io/v1", &[], 19),
    ("discovery.k8s.io/v1", &[], 21),
    ("flowcontrol.apiserver.k8s.io/v1", &[], 29),
    ("flowcontrol.apiserver.k8s.io/v1beta3", &[], 26),
    ("networking.k8s.io/v1", &["Ingress", "IngressClass"], 19),
    ("networking.k8s.io/v1", &["IPAddress", "ServiceCIDR"], 33),
    ("policy/v1", &["PodDisruptionBudget"], 21),
    ("resource.k8s.io/v1beta1", &[], 32),
    ("resource.k8s.io/v1beta2", &[], 33),
    ("resource.k8s.io/v1", &[], 34),
    ("storage.k8s.io/v1", &["CSIStorageCapacity"], 24),
    ("storage.k8s.io/v1", &["VolumeAttributesClass"], 34),
];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(kubernetes) = subject.platform.kubernetes() else { return };
    let (Some(number), Some(there)) = (version(&kubernetes.value), subject.line(kubernetes.origin)) else { return };
    for (at, facts) in subject.facts.iter().enumerate() {
        for object in &facts.objects {
            let Some(minor) = since(object).filter(|minor| number.major == 1 && number.minor < *minor) else {
                continue;
            };
            let Some(span) = facts.line_at(object, &[&["apiVersion"]]) else { continue };
            let ObjectFact { kind, api_version, .. } = object;
            let problem = RULE
                .at(
                    span,
                    format!("Kubernetes {} has no {kind} of {api_version}: it came with 1.{minor}", kubernetes.value),
                )
                .related(there, "the version of the cluster")
                .why("the API server refuses the object, so the Application never syncs")
                .help("write the older version of the API, or raise Kubernetes first");
            let component = subject.component(at);
            out.push(component.into_iter().fold(problem, |problem, component| problem.about(&component.name.value)));
        }
    }
}

fn since(object: &ObjectFact) -> Option<u64> {
    let fits = |kinds: &[&str]| kinds.is_empty() || kinds.contains(&&*object.kind);
    SINCE.iter().find(|(api, kinds, _)| *api == &*object.api_version && fits(kinds)).map(|(.., minor)| *minor)
}
