//! Versions of Kubernetes' own programs.

use super::kubernetes::version;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;

rule! {
    /// A program of Kubernetes is too far from the version of the cluster.
    ///
    /// ## What it does
    ///
    /// Compares `kubelet`, `kubeadm` and `kubectl` under `versions`, and images of kubectl, with `versions.kubernetes`.
    ///
    /// ## Why it matters
    ///
    /// A kubelet that is newer than the API server, or more than three minor versions older, is not supported: its node does
    /// not join, or loses its pods. kubectl may be one minor version away.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// versions: { kubernetes: 1.32.0, kubelet: 1.33.1 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// versions: { kubernetes: 1.32.0 }   # one version for all of them
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Version Skew Policy.
    pub(super) static RULE = Kind::new("kubernetes-version-skew", "DV1706"), Supply, Error, fix: None, Check::Platform(check);
}

/// Programs, and how many minor versions they may be older and newer than the API server.
const PROGRAMS: [(&str, u64, u64); 3] = [("kubeadm", 0, 1), ("kubectl", 1, 1), ("kubelet", 3, 0)];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(kubernetes) = subject.platform.kubernetes() else { return };
    let Some(there) = subject.line(kubernetes.origin) else { return };
    for tool in &subject.platform.versions {
        if let Some(span) = subject.line(tool.version.origin) {
            out.extend(finding((&tool.name, &tool.version.value, span), (&kubernetes.value, there)));
        }
    }
    for (at, facts) in subject.facts.iter().enumerate() {
        let images =
            facts.images.iter().filter(|image| image.written && image.repository.rsplit('/').next() == Some("kubectl"));
        for image in images {
            let found =
                image.tag.as_deref().and_then(|tag| finding(("kubectl", tag, image.span), (&kubernetes.value, there)));
            let component = subject.component(at);
            out.extend(
                found.map(|problem| component.into_iter().fold(problem, |p, component| p.about(&component.name.value))),
            );
        }
    }
}

fn finding((name, text, span): (&str, &str, Span), (kubernetes, there): (&str, Span)) -> Option<Diagnostic> {
    let (_, older, newer) = PROGRAMS.iter().find(|(known, ..)| *known == name)?;
    let (own, cluster) = (version(text)?, version(kubernetes)?);
    let fits = own.major == cluster.major && own.minor + older >= cluster.minor && own.minor <= cluster.minor + newer;
    if fits {
        return None;
    }
    let allowed = match (older, newer) {
        (0, newer) => format!("the same minor version, or {newer} newer"),
        (older, 0) => format!("at most {older} minor versions older, and never newer"),
        (older, newer) => format!("at most {older} minor version older or {newer} newer"),
    };
    let problem = RULE
        .at(span, format!("`{name}` {text} does not go with Kubernetes {kubernetes}"))
        .related(there, "the version of the cluster")
        .why(format!("{name} has to have {allowed}"))
        .help("write the version of Kubernetes here too, or leave it out");
    Some(problem)
}
