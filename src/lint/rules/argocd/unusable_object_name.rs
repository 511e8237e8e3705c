//! Names that the API server refuses.

use crate::diag::{Diagnostic, Kind};
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An object has a name that the API server refuses.
    ///
    /// ## What it does
    ///
    /// Looks at names of manifests, and of the Services that charts make of the full name: small letters, digits, `-` and
    /// dots, and no more of them than the kind takes.
    ///
    /// ## Why it matters
    ///
    /// The sync of the Application fails, after the merge. A StatefulSet with a name that is too long is taken, and never
    /// makes a pod.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ConfigMap
    /// metadata: { name: Grafana_Dashboards }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ConfigMap
    /// metadata: { name: grafana-dashboards }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Object Names and IDs; kubernetes/kubernetes#64023 (StatefulSets).
    pub(super) static RULE = Kind::new("unusable-object-name", "DV1320"), Argocd, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, facts) in subject.facts.iter().enumerate() {
        let Some(component) = subject.component(at) else { continue };
        for object in &facts.objects {
            let Some(wrong) = wrong(object) else { continue };
            let Some(span) = facts.line_at(object, &[&["metadata", "name"]]) else { continue };
            let problem = RULE
                .at(span, format!("`{}` cannot be the name of a {}: {wrong}", object.name, object.kind))
                .why(format!("the API server refuses it, so `{}` never syncs", component.name.value))
                .help("use small letters, digits and `-`, and begin and end with a letter or digit");
            out.push(problem.about(&component.name.value));
        }
    }
    for component in subject.platform.components.iter().filter(|component| component.by_argocd()) {
        for service in component.services.iter().filter(|service| service.name.value.len() > 63) {
            let Some(span) = subject.line(component.release.origin) else { continue };
            let problem = RULE
                .at(
                    span,
                    format!(
                        "`{}` is too long for the name of a Service: at most 63 characters are allowed",
                        service.name.value
                    ),
                )
                .why("the chart cuts it, or the API server refuses it: nothing that is wired to it would find it")
                .help("write a shorter `release:`, or rename the component");
            out.push(problem.about(&component.name.value));
            break;
        }
    }
}

/// Returns what is wrong with the name of an object.
fn wrong(object: &ObjectFact) -> Option<String> {
    let name = &*object.name;
    // Names in RBAC are parts of paths, and take more.
    if object.api_version.starts_with("rbac.authorization.k8s.io/") {
        return None;
    }
    let most = match &*object.kind {
        "Service" | "Namespace" | "Job" => 63,
        // The hash that a controller adds to the label of its pods takes eleven characters.
        "CronJob" | "StatefulSet" => 52,
        _ => 253,
    };
    if name.len() > most {
        return Some(format!("at most {most} characters are allowed"));
    }
    let dots = name.contains('.') && most == 63 && &*object.kind != "Job";
    (!is_subdomain(name) || dots).then(|| "it has characters that are not allowed".to_owned())
}

/// Returns whether a text is a subdomain as Kubernetes checks it, in which a label has no length of its own.
fn is_subdomain(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.split('.').all(|label| {
        label.starts_with(letter) && label.ends_with(letter) && label.chars().all(|c| letter(c) || c == '-')
    })
}
